/* SPDX-License-Identifier: MIT */
#include "app/alarm/notification_texts.h"

/* Also decides who is notified: a role without a text gets no notification. */
const struct event_texts notification_texts[EVENT_TYPE_MAX] = {
	[EVENT_ROOM_REGISTERED] =
		{.host_subject = {[LANGUAGE_EN] = "Room {room} is listed",
                                  [LANGUAGE_KO] = "객실 {room} 등록"},
                 .host = {[LANGUAGE_EN] = "your room {room} is now listed at {price} per night.",
                          [LANGUAGE_KO] = "객실 {room}이(가) 1박 {price}에 등록되었습니다."}},
	[EVENT_ROOM_CHANGED] =
		{.host_subject = {[LANGUAGE_EN] = "Room {room} was changed",
                                  [LANGUAGE_KO] = "객실 {room} 변경"},
                 .host = {[LANGUAGE_EN] =
                                  "your room {room} was changed; its price is {price} per night.",
                          [LANGUAGE_KO] = "객실 {room} 정보가 변경되었습니다. 1박 {price}입니다."}},
	[EVENT_ROOM_DELETED] = {.host_subject = {[LANGUAGE_EN] = "Room {room} was deleted",
                                                 [LANGUAGE_KO] = "객실 {room} 삭제"},
                                .host = {[LANGUAGE_EN] = "your room {room} was deleted.",
                                         [LANGUAGE_KO] = "객실 {room}이(가) 삭제되었습니다."}},
	[EVENT_BOOK_PENDING] =
		{.guest_subject = {[LANGUAGE_EN] = "Booking {book} awaits payment until {until}",
                                   [LANGUAGE_KO] = "예약 {book}: {until}까지 결제 대기"},
                 .guest = {[LANGUAGE_EN] =
                                   "room {room} is held for {stay} until {until}, but it is not "
                                   "booked yet. Booking {book}, amount to pay: {price}.",
                           [LANGUAGE_KO] =
                                   "객실 {room}({stay})을(를) {until}까지 확보해 두었습니다. "
                                   "아직 예약이 확정되지 않았습니다. 예약 {book}, 결제 예정 "
                                   "금액 {price}."}},
	[EVENT_BOOKED] =
		{.guest_subject = {[LANGUAGE_EN] = "Booking {book} is confirmed",
                                   [LANGUAGE_KO] = "예약 {book} 확정"},
                 .host_subject = {[LANGUAGE_EN] = "Room {room} was booked for {stay}",
                                  [LANGUAGE_KO] = "객실 {room} 예약: {stay}"},
                 .guest = {[LANGUAGE_EN] = "your booking {book} is confirmed: room {room}, {stay}, "
                                           "{price}.",
                           [LANGUAGE_KO] = "예약 {book}이(가) 확정되었습니다. 객실 {room}, {stay}, "
                                           "{price}."},
                 .host = {[LANGUAGE_EN] = "your room {room} was booked for {stay} by {name}: "
                                          "booking {book}, {price}.",
                          [LANGUAGE_KO] = "객실 {room}이(가) {stay} 예약되었습니다. 예약자 {name}, "
                                          "예약 {book}, {price}."}},
	[EVENT_BOOK_REJECTED] =
		{.guest_subject = {[LANGUAGE_EN] = "Booking {book} was rejected",
                                   [LANGUAGE_KO] = "예약 {book} 거절"},
                 .guest = {[LANGUAGE_EN] = "your booking {book} was rejected because the payment "
                                           "was declined; no room is held for {stay}.",
                           [LANGUAGE_KO] =
                                   "결제가 거절되어 예약 {book}이(가) 이루어지지 않았습니다. "
                                   "{stay} 객실은 확보되지 않았습니다."}},
	[EVENT_BOOK_EXPIRED] =
		{.guest_subject = {[LANGUAGE_EN] = "Booking {book} expired",
                                   [LANGUAGE_KO] = "예약 {book} 만료"},
                 .guest = {[LANGUAGE_EN] = "your booking {book} expired because it was not paid in "
                                           "time; no room is held for {stay}.",
                           [LANGUAGE_KO] = "제때 결제되지 않아 예약 {book}이(가) 만료되었습니다. "
                                           "{stay} 객실은 확보되지 않았습니다."}},
	[EVENT_BOOK_CANCELED] =
		{.guest_subject = {[LANGUAGE_EN] = "Booking {book} was cancelled",
                                   [LANGUAGE_KO] = "예약 {book} 취소"},
                 .host_subject = {[LANGUAGE_EN] = "Booking {book} of room {room} was cancelled",
                                  [LANGUAGE_KO] = "객실 {room} 예약 {book} 취소"},
                 .guest = {[LANGUAGE_EN] =
                                   "your booking {book} was cancelled: room {room}, {stay}. "
                                   "Any payment is refunded.",
                           [LANGUAGE_KO] = "예약 {book}이(가) 취소되었습니다. 객실 {room}, {stay}. "
                                           "결제된 금액은 환불됩니다."},
                 .host = {[LANGUAGE_EN] = "booking {book} of your room {room} for {stay} was "
                                          "cancelled; the nights are free again.",
                          [LANGUAGE_KO] = "객실 {room}의 {stay} 예약 {book}이(가) 취소되었습니다. "
                                          "해당 날짜를 다시 예약할 수 있습니다."}},
	[EVENT_PAYMENT_APPROVED] =
		{.guest_subject = {[LANGUAGE_EN] = "Payment for booking {book} was approved",
                                   [LANGUAGE_KO] = "예약 {book} 결제 승인"},
                 .guest = {[LANGUAGE_EN] = "your payment of {price} for booking {book} was "
                                           "approved.",
                           [LANGUAGE_KO] = "예약 {book}의 결제 {price}이(가) 승인되었습니다."}},
	[EVENT_PAYMENT_DECLINED] =
		{.guest_subject = {[LANGUAGE_EN] = "Payment for booking {book} was declined",
                                   [LANGUAGE_KO] = "예약 {book} 결제 거절"},
                 .guest = {[LANGUAGE_EN] = "your payment of {price} for booking {book} was "
                                           "declined.",
                           [LANGUAGE_KO] = "예약 {book}의 결제 {price}이(가) 거절되었습니다."}},
	[EVENT_PAYMENT_CANCELED] =
		{.guest_subject = {[LANGUAGE_EN] = "Payment for booking {book} is refunded",
                                   [LANGUAGE_KO] = "예약 {book} 결제 환불"},
                 .guest = {[LANGUAGE_EN] = "your payment of {price} for booking {book} was "
                                           "cancelled; the amount is refunded.",
                           [LANGUAGE_KO] =
                                   "예약 {book}의 결제 {price}이(가) 취소되었습니다. 금액은 "
                                   "환불됩니다."}},
};

const char *const mail_labels[MAIL_LABEL_MAX][LANGUAGE_MAX] = {
	[MAIL_BOOK] = {[LANGUAGE_EN] = "Booking", [LANGUAGE_KO] = "예약"},
	[MAIL_ROOM] = {[LANGUAGE_EN] = "Room", [LANGUAGE_KO] = "객실"},
	[MAIL_STAY] = {[LANGUAGE_EN] = "Stay", [LANGUAGE_KO] = "숙박"},
	[MAIL_PRICE] = {[LANGUAGE_EN] = "Price", [LANGUAGE_KO] = "금액"},
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
