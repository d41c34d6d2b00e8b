INSERT INTO erased_note (line) SELECT CONCAT('booking ', seq) FROM seq_1_to_5000;
