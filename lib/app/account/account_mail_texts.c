/* SPDX-License-Identifier: MIT */
#include "app/account/account_mail_texts.h"

#include "base/mem.h"

static const struct account_mail_text texts[ACCOUNT_MAIL_KIND_MAX][LANGUAGE_MAX] = {
	[ACCOUNT_MAIL_VERIFY] =
		{
			[LANGUAGE_KO] = {"이메일 주소를 확인해 주세요", "",
                                         " 님, 안녕하세요. 아래 링크를 30분 안에 열면 이메일 "
                                         "주소가 확인됩니다. 한 번만 사용할 수 있습니다.",
                                         "링크",
                                         "가입한 적이 없다면 이 메일을 무시하세요. 아무 일도 "
                                         "일어나지 않습니다."},
			[LANGUAGE_EN] = {"Confirm your e-mail address", "Hello ",
                                         ". Open this link within 30 minutes to confirm "
                                         "your e-mail address. It works once.",
                                         "Link",
                                         "If you did not sign up, ignore this mail. Nothing will "
                                         "happen."},
		},
	[ACCOUNT_MAIL_RESET] =
		{
			[LANGUAGE_KO] = {"비밀번호 재설정", "",
                                         " 님, 안녕하세요. 아래 링크를 30분 안에 열어 새 "
                                         "비밀번호를 정하세요. 한 번만 사용할 수 있으며, 모든 "
                                         "기기에서 로그아웃됩니다.",
                                         "링크",
                                         "재설정을 요청하지 않았다면 이 메일을 무시하세요. "
                                         "비밀번호는 그대로입니다."},
			[LANGUAGE_EN] = {"Reset your password", "Hello ",
                                         ". Open this link within 30 minutes to choose a "
                                         "new password. It works once, and signs you out "
                                         "everywhere.",
                                         "Link",
                                         "If you did not ask for this, ignore this mail. Your "
                                         "password stays as it is."},
		},
};

const struct account_mail_text *
account_mail_text(enum account_mail_kind kind, enum language language)
{
	return &texts[kind][language];
}
