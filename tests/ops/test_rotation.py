# SPDX-License-Identifier: MIT
"""Secrets are replaced so that at every step, and after a kill at every step, everybody can log in."""

import pytest

from machine import ROOT, hotel, part

# What is logged in to is a file of the passwords that count; a program is a file of the one that it has read.
# Before and after each step every program has to have one that counts. The step with the number KILLED ends
# everything.
WORLD = """
COUNTS=$STATE/counts
note() {
	local program
	for program in "$STATE"/program-*; do
		[[ ! -e $program ]] || grep -qxF -f "$program" "$COUNTS" || { echo "$1: ${program##*/} is refused"; exit 9; }
	done
	echo "$1" >>"$STATE/steps"
	[[ $(wc -l <"$STATE/steps") != "$KILLED" ]] || kill -KILL "$TOP" $BASHPID
}
mariadb_admin() {
	local statement
	statement=$(cat)
	note database
	grep -o "PASSWORD('[^']*')" <<<"$statement" | cut -d"'" -f2 >"$COUNTS.new"
	command mv "$COUNTS.new" "$COUNTS"
	note "database took it"
}
name_restart() { note "restart $1"; cp "$STATE/secrets/$SECRET" "$STATE/program-$1"; note "restarted $1"; }
stopped_on_purpose() { [[ $1 == "${STOPPED:-}" ]]; }
mv() { note mv; command mv "$@"; note moved; }
rm() { note rm; command rm "$@"; note removed; }
rabbitmq_configure() { note configure; }
rabbitmq_apply_definitions() { cp "$STATE/secrets/$SECRET" "$COUNTS"; echo >>"$COUNTS"; }
(TOP=$BASHPID; rotate "$SECRET") 2>&1 || echo "ended by $?"
"""


def begin(state, secret, programs, text="first"):
    for file in (*state.glob("program-*"), *state.glob("secrets/*"), *state.glob("steps")):
        file.unlink()
    (state / "secrets" / secret).write_text(text)
    (state / "counts").write_text("first\n")
    for program in programs:
        (state / f"program-{program}").write_text(text)


def rotated(state, secret, killed=0, script=WORLD, **settings):
    return part(script, state, SECRET=secret, KILLED=str(killed), **settings)


def now(state, secret):
    return (state / "secrets" / secret).read_text()


DATABASE_STEPS = 16


@pytest.mark.parametrize("killed", range(DATABASE_STEPS + 1))
def test_a_password_of_mariadb_is_replaced_also_after_a_kill_at_each_step(state, killed):
    programs = ("fcgi-book", "worker-book")
    begin(state, "db-book", programs)
    if killed:
        assert rotated(state, "db-book", killed).endswith("ended by 137\n")
        if (state / "secrets/db-book.old").exists() and now(state, "db-book") != "first":
            assert "db-book was interrupted" in part('source "$ROOT/ops/command/doctor.sh"; FINDINGS=0; check_rotated', state)
    assert rotated(state, "db-book") == ""
    new = now(state, "db-book")
    assert new != "first" and len(new) == 32
    assert (state / "counts").read_text().split() == [new], "the old one counts no longer"
    assert {(state / f"program-{name}").read_text() for name in programs} == {new}
    assert not list(state.glob("secrets/*.old"))
    assert oct((state / "secrets/db-book").stat().st_mode & 0o777) == "0o600"


def test_the_steps_that_are_killed_are_all_of_them(state):
    begin(state, "db-book", ("fcgi-book", "worker-book"))
    rotated(state, "db-book")
    assert len((state / "steps").read_text().splitlines()) == DATABASE_STEPS


def test_a_program_that_an_operator_stopped_stays_stopped(state):
    begin(state, "db-book", ("fcgi-book",))
    assert rotated(state, "db-book", STOPPED="worker-book") == ""
    assert "restart worker-book" not in (state / "steps").read_text()
    assert (state / "counts").read_text().split() == [now(state, "db-book")]


def test_a_password_that_the_database_refuses_is_not_put_in_place(state):
    begin(state, "db-book", ("fcgi-book",))
    refuses = WORLD.replace('rotate "$SECRET")', 'mariadb_admin() { cat >/dev/null; return 1; }; rotate "$SECRET")')
    done = rotated(state, "db-book", script=refuses)
    assert "did not take a new password of hotel_book" in done and done.endswith("ended by 1\n")
    assert now(state, "db-book") == "first" and not list(state.glob("secrets/*.old"))


def test_a_strange_password_is_no_sql(state):
    assert part('sql_text "$TEXT"', state, TEXT="a' OR \\' x") == r"'a'' OR \\'' x'"


def test_a_password_of_the_broker_is_replaced_with_its_worker(state):
    begin(state, "amqp-book", ())
    assert rotated(state, "amqp-book") == ""
    assert (state / "counts").read_text().split() == [now(state, "amqp-book")] != ["first"]
    assert (state / "program-worker-book").read_text() == now(state, "amqp-book")
    assert not (state / "program-fcgi-book").exists(), "services do not log in to the broker"
    begin(state, "amqp-operator", ())
    assert rotated(state, "amqp-operator") == ""
    assert "restart" not in (state / "steps").read_text(), "its tools read it when they are run"


def test_an_interrupted_replacement_at_the_broker_goes_on_and_makes_no_second_password(state):
    begin(state, "amqp-book", ())
    rotated(state, "amqp-book")
    configures = (state / "steps").read_text().splitlines().index("configure") + 1
    begin(state, "amqp-book", ())
    assert rotated(state, "amqp-book", configures).endswith("ended by 137\n")
    new = now(state, "amqp-book")
    assert new != "first" and rotated(state, "amqp-book") == ""
    assert now(state, "amqp-book") == new == (state / "program-worker-book").read_text()


HOLDERS = ("fcgi-book", "fcgi-pay", "fcgi-mypage", "fcgi-alarm", "worker-alarm")
# Every program accepts all words of what it has read, and makes keys with the first: at each step all of them
# have to accept the first word of each.
KEYS = WORLD.replace(WORLD[WORLD.index("note() {"):WORLD.index("\techo \"$1\" >>")], """note() {
	local program words all=()
	for program in "$STATE"/program-*; do
		read -r words <"$program" || true
		all+=("$words")
	done
	for words in "${all[@]}"; do
		[[ " $words " == *" first "* ]] || { echo "$1: keys of before are refused"; exit 9; }
		for program in "${all[@]}"; do
			[[ " $words " == *" ${program%% *} "* ]] || { echo "$1: new keys are refused"; exit 9; }
		done
	done
""")


def test_keys_of_bookings_count_at_each_step_also_after_kills(state):
    begin(state, "booking-key", HOLDERS)
    rotated(state, "booking-key", script=KEYS)
    steps = len((state / "steps").read_text().splitlines())
    assert steps > 20
    for killed in (*range(1, steps, 4), steps):
        begin(state, "booking-key", HOLDERS)
        assert rotated(state, "booking-key", killed, KEYS).endswith("ended by 137\n")
        done = rotated(state, "booking-key", script=KEYS)
        assert done == "" or killed == steps and "still opens bookings" in done, (killed, done)
        new, old = now(state, "booking-key").split()
        assert old == "first" and len(new) == 32
        assert {(state / f"program-{name}").read_text() for name in HOLDERS} == {f"{new} first"}


def test_the_secret_before_counts_until_it_is_forgotten_or_at_once_not_any_more(state):
    begin(state, "booking-key", HOLDERS, "second first")
    done = rotated(state, "booking-key", script=KEYS)
    assert "secrets forget booking-key" in done and done.endswith("ended by 1\n")
    assert now(state, "booking-key") == "second first", "links in mails are not ended by the way"
    assert rotated(state, "booking-key", script=WORLD.replace('rotate "$SECRET")', "note() { :; }; booking_key_forget)")) == ""
    assert now(state, "booking-key") == "second"
    at_once = WORLD.replace('rotate "$SECRET")', 'note() { :; }; OPTION[--now]=yes; rotate "$SECRET")')
    assert rotated(state, "booking-key", script=at_once) == ""
    (new,) = now(state, "booking-key").split()
    assert new != "second"
    assert {(state / f"program-{name}").read_text() for name in HOLDERS} == {new}
    forget = WORLD.replace('rotate "$SECRET")', "booking_key_forget)")
    assert "there is no secret before that counts" in rotated(state, "booking-key", script=forget)


OTP_HOLDERS = ("fcgi-account", "worker-account")
# Keys of one-time codes are encrypted with the word in `sealed`, or at any moment with the first word of a program: all
# programs have to know both.
OTP_KEYS = WORLD.replace(WORLD[WORLD.index("note() {"):WORLD.index("\techo \"$1\" >>")], """note() {
	local program other
	for program in "$STATE"/program-*; do
		for other in "$STATE"/program-* "$STATE/sealed"; do
			[[ " $(<"$program") " == *" $(cut -d' ' -f1 "$other") "* ]] || { echo "$1: a key cannot be read"; exit 9; }
		done
	done
""").replace("(TOP=", "otp_keys_seal() { note seal; cut -d' ' -f1 \"$STATE/secrets/otp-key\" >\"$STATE/sealed\"; note sealed; }\n(TOP=")


def test_keys_of_one_time_codes_are_read_at_each_step_also_after_kills(state):
    def fresh():
        begin(state, "otp-key", OTP_HOLDERS)
        (state / "sealed").write_text("first\n")

    fresh()
    assert rotated(state, "otp-key", script=OTP_KEYS) == ""
    steps = len((state / "steps").read_text().splitlines())
    assert steps > 15
    for killed in range(1, steps):
        fresh()
        assert rotated(state, "otp-key", killed, OTP_KEYS).endswith("ended by 137\n"), killed
        assert rotated(state, "otp-key", script=OTP_KEYS) == "", killed
        (new,) = now(state, "otp-key").split()
        assert len(new) == 32 and (state / "sealed").read_text().strip() == new, "nothing is left of the one before"
        assert {(state / f"program-{name}").read_text() for name in OTP_HOLDERS} == {new}
        assert not list(state.glob("secrets/*.old"))


@pytest.mark.parametrize("given", ["", " \n"])
@pytest.mark.parametrize("action", ["rotation_place", "rotation_correct"])
def test_a_secret_that_did_not_come_replaces_nothing(state, action, given):
    begin(state, "otp-key", (), "second first")
    done = part('printf "%s" "$GIVEN" | "$ACTION" otp-key || echo refused', state, ACTION=action, GIVEN=given)
    assert done == "refused\n" and now(state, "otp-key") == "second first"
    assert [file.name for file in (state / "secrets").iterdir()] == ["otp-key"]


# In the stack a word is printed by a container, which may not start: the one that is asked for at the time FAILS.
ASKED = r"""
for word in booking_key_word otp_key_word rotation_before; do
	eval "real_$(declare -f "$word")"
	eval "$word() { echo >>\"\$STATE/asked\"; [[ \$(wc -l <\"\$STATE/asked\") != \$FAILS ]] && real_$word \"\$@\"; }"
done
(TOP="""


@pytest.mark.parametrize("secret", ["booking-key", "otp-key"])
def test_a_word_that_cannot_be_read_loses_none(state, secret):
    script = (OTP_KEYS if secret == "otp-key" else KEYS).replace("(TOP=", ASKED)
    for fails in range(1, 20):
        begin(state, secret, OTP_HOLDERS if secret == "otp-key" else HOLDERS)
        (state / "sealed").write_text("first\n")
        (state / "asked").write_text("")
        done = rotated(state, secret, script=script, FAILS=str(fails))
        if done == "":
            break
        assert "cannot be read" in done and done.endswith("ended by 1\n"), (fails, done)
        assert "first" in now(state, secret).split(), fails
        assert rotated(state, secret, script=script, FAILS="0") == "", fails
        assert "first" not in now(state, secret).split()[:1] and not list(state.glob("secrets/*.old")), fails
    assert 5 < fails < 19, "each of them was asked for"


def test_a_password_that_cannot_be_read_is_none_of_the_database(state):
    begin(state, "db-book", ("fcgi-book",))
    lost = WORLD.replace("(TOP=", "secret_text() { return 1; }\n(TOP=")
    assert "cannot be read" in rotated(state, "db-book", script=lost)
    assert (state / "counts").read_text() == "first\n" and now(state, "db-book") == "first"


def test_the_secret_before_stays_while_keys_of_one_time_codes_cannot_be_read(state):
    said = (ROOT / "tools/account/account_seal.c").read_text()
    assert "are sealed with a secret that is not there" in said
    lost = OTP_KEYS.replace("(TOP=", 'otp_keys_seal() { echo "0 sealed"; echo "2 are sealed with a secret that is not there; x"; }\n(TOP=')
    begin(state, "otp-key", OTP_HOLDERS)
    (state / "sealed").write_text("first\n")
    done = rotated(state, "otp-key", script=lost)
    assert "2 are sealed with" in done and "--now" in done and done.endswith("ended by 1\n")
    assert now(state, "otp-key").split()[1:] == ["first"] and (state / "secrets/otp-key.old").exists()
    given_up = lost.replace('rotate "$SECRET")', 'note() { :; }; OPTION[--now]=yes; rotate "$SECRET")')
    assert rotated(state, "otp-key", script=given_up) == ""
    assert len(now(state, "otp-key").split()) == 1 and not list(state.glob("secrets/*.old"))


def test_the_list_shows_names_and_no_secret(state):
    for name in ("db-book", "booking-key", "erlang-cookie"):
        (state / "secrets" / name).write_text("precious precious2")
    (state / "secrets/db-book.old").write_text("precious0")
    done = hotel("secrets", HOTEL_STATE=str(state))
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["db-book", "booking-key", "erlang-cookie"]
    assert "interrupted" in lines[0] and "the one before counts, too" in lines[1]
    assert "precious" not in done.stdout + done.stderr


def test_an_unknown_secret_is_refused_with_what_was_meant(state):
    done = hotel("secrets", "rotate", "db-bok", HOTEL_STATE=str(state))
    assert done.returncode == 2 and 'did you mean "db-book"?' in done.stderr


def test_every_secret_of_an_instance_can_be_replaced(state):
    """Nobody adds one to secrets_make and forgets this command."""
    made = part('secrets_make; ls "$STATE/secrets"', state).split()
    known = part("rotation_names", state).split()
    assert set(made) <= set(known)
    assert set(known) - set(made) == {f"key-{name}" for name in part('echo "${KEY_NAMES[@]}"', state).split()}
