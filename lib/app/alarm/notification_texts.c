/* SPDX-License-Identifier: MIT */
#include "app/alarm/notification_texts.h"

/* A role without a text gets no notification. Particles of Korean depend on the word before them, so
 * placeholders stand where none follows. */
const struct event_texts notification_texts[EVENT_TYPE_MAX] = {
	[EVENT_ROOM_REGISTERED] =
		{
			.host_subject = {[LANGUAGE_EN] = "Room {room} is listed",
                                         [LANGUAGE_KO] = "객실 {room} 등록"},
			.host = {[LANGUAGE_EN] =
                                         "your room {room} is now listed at {price} per night.",
                                 [LANGUAGE_KO] =
                                         "객실이 등록되었습니다. 객실 {room}, 1박 요금 {price}."},
		},
	[EVENT_ROOM_CHANGED] =
		{
			.host_subject = {[LANGUAGE_EN] = "Room {room} was changed",
                                         [LANGUAGE_KO] = "객실 {room} 정보 변경"},
			.host = {[LANGUAGE_EN] = "your room {room} was changed; its price is "
                                                 "{price} per night.",
                                 [LANGUAGE_KO] = "객실 정보가 변경되었습니다. 객실 {room}, 1박 "
                                                 "요금 {price}."},
		},
	[EVENT_ROOM_DELETED] =
		{
			.host_subject = {[LANGUAGE_EN] = "Room {room} was deleted",
                                         [LANGUAGE_KO] = "객실 {room} 삭제"},
			.host = {[LANGUAGE_EN] = "your room {room} was deleted.",
                                 [LANGUAGE_KO] = "객실이 삭제되었습니다. 객실 {room}."},
		},
	[EVENT_BOOK_PENDING] =
		{
			.guest_subject = {[LANGUAGE_EN] =
                                                  "Booking {book} awaits payment until {until}",
                                          [LANGUAGE_KO] = "예약 {book}: {until}까지 결제 대기"},
			.guest = {[LANGUAGE_EN] =
                                          "room {room} is held for {stay} until {until}, but it is "
                                          "not booked yet. Booking {book}, amount to pay: {price}.",
                                  [LANGUAGE_KO] = "아직 예약이 확정되지 않았습니다. {until}까지 "
                                                  "객실을 확보해 두었으며, 결제가 완료되면 예약이 "
                                                  "확정됩니다. 예약 번호 {book}, 객실 {room}, "
                                                  "{stay}, 결제 예정 금액 {price}."},
		},
	[EVENT_BOOKED] =
		{
			.guest_subject = {[LANGUAGE_EN] = "Booking {book} is confirmed",
                                          [LANGUAGE_KO] = "예약 {book} 확정"},
			.host_subject = {[LANGUAGE_EN] = "Room {room} was booked for {stay}",
                                         [LANGUAGE_KO] = "객실 {room} 예약: {stay}"},
			.guest = {[LANGUAGE_EN] = "your booking {book} is confirmed: room {room}, "
                                                  "{stay}, {price}.",
                                  [LANGUAGE_KO] = "예약이 확정되었습니다. 예약 번호 {book}, 객실 "
                                                  "{room}, {stay}, {price}."},
			.host = {[LANGUAGE_EN] = "your room {room} was booked for {stay} by "
                                                 "{name}: booking {book}, {price}.",
                                 [LANGUAGE_KO] = "새 예약이 들어왔습니다. 객실 {room}, {stay}, "
                                                 "예약자 {name}, 예약 번호 {book}, {price}."},
		},
	[EVENT_BOOK_REJECTED] =
		{
			.guest_subject = {[LANGUAGE_EN] = "Booking {book} was rejected",
                                          [LANGUAGE_KO] = "예약 {book} 불가: 결제 거절"},
			.guest = {[LANGUAGE_EN] = "your booking {book} was rejected because the "
                                                  "payment of {price} was declined; room {room} is "
                                                  "not held for {stay}.",
                                  [LANGUAGE_KO] = "결제가 거절되어 예약하지 못했습니다. 예약 번호 "
                                                  "{book}, 객실 {room}, {stay}, {price}. 객실은 "
                                                  "확보되어 있지 않습니다."},
		},
	[EVENT_BOOK_EXPIRED] =
		{
			.guest_subject = {[LANGUAGE_EN] = "Booking {book} expired",
                                          [LANGUAGE_KO] = "예약 {book} 만료"},
			.guest = {[LANGUAGE_EN] =
                                          "your booking {book} expired because {price} was not "
                                          "paid in time; room {room} is not held for {stay}.",
                                  [LANGUAGE_KO] = "기한 안에 결제되지 않아 예약이 만료되었습니다. "
                                                  "예약 번호 {book}, 객실 {room}, {stay}, {price}. "
                                                  "객실은 더 이상 확보되어 있지 않습니다."},
		},
	[EVENT_BOOK_CANCELED] =
		{
			.guest_subject = {[LANGUAGE_EN] = "Booking {book} was cancelled",
                                          [LANGUAGE_KO] = "예약 {book} 취소"},
			.host_subject = {[LANGUAGE_EN] =
                                                 "Booking {book} of room {room} was cancelled",
                                         [LANGUAGE_KO] = "객실 {room} 예약 {book} 취소"},
			.guest = {[LANGUAGE_EN] = "your booking {book} was cancelled: room {room}, "
                                                  "{stay}, {price}. Any payment is refunded.",
                                  [LANGUAGE_KO] =
                                          "예약이 취소되었습니다. 예약 번호 {book}, 객실 {room}, "
                                          "{stay}, {price}. 결제하신 금액은 환불됩니다."},
			.host = {[LANGUAGE_EN] = "booking {book} of your room {room} for {stay} by "
                                                 "{name} was cancelled; the nights are free again.",
                                 [LANGUAGE_KO] = "예약이 취소되었습니다. 객실 {room}, {stay}, "
                                                 "예약자 {name}, 예약 번호 {book}. 해당 날짜에 "
                                                 "다시 예약을 받을 수 있습니다."},
		},
	[EVENT_BOOK_CLAIMED] =
		{
			.guest_subject = {[LANGUAGE_EN] = "Booking {book} is in your account",
                                          [LANGUAGE_KO] = "예약 {book} 계정 연결"},
			.guest = {[LANGUAGE_EN] =
                                          "your booking {book} was added to your account: room "
                                          "{room}, {stay}, {price}. Sign in to see it; links in "
                                          "earlier mails no longer open it.",
                                  [LANGUAGE_KO] =
                                          "예약을 회원님의 계정으로 옮겼습니다. 예약 번호 {book}, "
                                          "객실 {room}, {stay}, {price}. 이제 로그인해서 확인하실 "
                                          "수 "
                                          "있으며, 이전 메일에 있는 링크는 더 이상 열리지 "
                                          "않습니다."},
		},
	[EVENT_PAYMENT_APPROVED] =
		{
			.guest_subject = {[LANGUAGE_EN] = "Payment for booking {book} was approved",
                                          [LANGUAGE_KO] = "예약 {book} 결제 승인"},
			.guest = {[LANGUAGE_EN] = "your payment of {price} for booking {book} was "
                                                  "approved: room {room}, {stay}.",
                                  [LANGUAGE_KO] = "결제가 승인되었습니다. 예약 번호 {book}, 객실 "
                                                  "{room}, {stay}, 결제 금액 {price}."},
		},
	[EVENT_PAYMENT_DECLINED] =
		{
			.guest_subject = {[LANGUAGE_EN] = "Payment for booking {book} was declined",
                                          [LANGUAGE_KO] = "예약 {book} 결제 거절"},
			.guest = {[LANGUAGE_EN] = "your payment of {price} for booking {book} was "
                                                  "declined: room {room}, {stay}.",
                                  [LANGUAGE_KO] = "결제가 거절되었습니다. 예약 번호 {book}, 객실 "
                                                  "{room}, {stay}, 결제 금액 {price}."},
		},
	[EVENT_PAYMENT_CANCELED] =
		{
			.guest_subject = {[LANGUAGE_EN] = "Payment for booking {book} is refunded",
                                          [LANGUAGE_KO] = "예약 {book} 결제 환불"},
			.guest = {[LANGUAGE_EN] =
                                          "your payment of {price} for booking {book} was "
                                          "cancelled; the amount is refunded. Room {room}, {stay}.",
                                  [LANGUAGE_KO] =
                                          "결제가 취소되었습니다. 결제하신 금액은 환불됩니다. 예약 "
                                          "번호 {book}, 객실 {room}, {stay}, 환불 금액 {price}."},
		},
};

const char *const erased_messages[LANGUAGE_MAX] = {
	[LANGUAGE_EN] = "The text of this message named the guest, whose personal data was erased.",
	[LANGUAGE_KO] = "예약자의 개인정보가 삭제되어 이 알림의 내용을 더 이상 볼 수 없습니다.",
};

const char *const greetings[LANGUAGE_MAX] = {
	[LANGUAGE_EN] = "Hello, ",
	[LANGUAGE_KO] = "안녕하세요. ",
};

const char *const mail_labels[MAIL_LABEL_MAX][LANGUAGE_MAX] = {
	[MAIL_BOOK] = {[LANGUAGE_EN] = "Booking", [LANGUAGE_KO] = "예약"},
	[MAIL_ROOM] = {[LANGUAGE_EN] = "Room", [LANGUAGE_KO] = "객실"},
	[MAIL_STAY] = {[LANGUAGE_EN] = "Stay", [LANGUAGE_KO] = "숙박"},
	[MAIL_PRICE] = {[LANGUAGE_EN] = "Price", [LANGUAGE_KO] = "금액"},
	[MAIL_LINK] =
		{[LANGUAGE_EN] = "See, pay or cancel it", [LANGUAGE_KO] = "예약 확인·결제·취소"},
};

const char *const mail_footers[LANGUAGE_MAX] = {
	[LANGUAGE_EN] = "You receive this mail because it concerns your booking or your room. It "
			"was sent automatically; replies to it are not read.",
	[LANGUAGE_KO] =
		"회원님의 예약 또는 객실에 관한 안내입니다. 발신 전용 메일이므로 회신하셔도 "
		"확인할 수 없습니다.",
};

const char *const calendar_summaries[LANGUAGE_MAX] = {
	[LANGUAGE_EN] = "Stay in room {room}, booking {book}",
	[LANGUAGE_KO] = "객실 {room} 숙박, 예약 {book}",
};
