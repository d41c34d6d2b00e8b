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
	[ACCOUNT_MAIL_EMAIL] =
		{
			[LANGUAGE_KO] = {"새 이메일 주소를 확인해 주세요", "",
                                         " 님, 안녕하세요. 아래 링크를 30분 안에 열면 이 주소가 "
                                         "계정의 이메일 주소가 됩니다. 한 번만 사용할 수 "
                                         "있으며, 다른 기기에서는 로그아웃됩니다.",
                                         "링크",
                                         "주소 변경을 요청하지 않았다면 이 메일을 무시하세요. "
                                         "아무 일도 일어나지 않습니다."},
			[LANGUAGE_EN] = {"Confirm your new e-mail address", "Hello ",
                                         ". Open this link within 30 minutes to make this the "
                                         "e-mail address of your account. It works once, and "
                                         "signs you out everywhere else.",
                                         "Link",
                                         "If you did not ask for this, ignore this mail. Nothing "
                                         "will happen."},
		},
	[ACCOUNT_MAIL_NOTICE] =
		{
			[LANGUAGE_KO] = {"이메일 주소 변경 요청", "",
                                         " 님, 안녕하세요. 계정의 이메일 주소를 바꿔 달라는 "
                                         "요청이 있었습니다. 새 주소로 보낸 링크를 열면 "
                                         "바뀌고, 그때까지는 지금 주소가 그대로 쓰입니다.",
                                         "비밀번호 재설정",
                                         "본인이 요청하지 않았다면 누군가 비밀번호를 알고 "
                                         "있는 것입니다. 바로 비밀번호를 재설정해 주세요. "
                                         "그러면 변경 요청도 취소됩니다."},
			[LANGUAGE_EN] = {"Your e-mail address is about to change", "Hello ",
                                         ". Somebody who is signed in to your account asked for "
                                         "another e-mail address. It changes when the link that "
                                         "was sent there is opened; until then this one counts.",
                                         "Reset the password",
                                         "If it was not you, somebody knows your password. Reset "
                                         "it now: that withdraws the change."},
		},
	[ACCOUNT_MAIL_TAKEN] =
		{
			[LANGUAGE_KO] = {"이 이메일 주소에는 이미 계정이 있습니다", "",
                                         " 님, 안녕하세요. 다른 계정에서 이 이메일 주소를 "
                                         "쓰려고 했습니다. 회원님의 계정이 이미 쓰고 있어 "
                                         "아무것도 바뀌지 않았습니다.",
                                         "로그인",
                                         "본인이 요청했다면 이 주소로 로그인해 주세요. 본인이 "
                                         "아니라면 이 메일을 무시하세요."},
			[LANGUAGE_EN] = {"This e-mail address has an account already", "Hello ",
                                         ". Somebody wanted to use this e-mail address for "
                                         "another account. It belongs to yours, so nothing was "
                                         "changed.",
                                         "Sign in",
                                         "If it was you, sign in with this address. If it was "
                                         "not, ignore this mail."},
		},
};

const struct account_mail_text *
account_mail_text(enum account_mail_kind kind, enum language language)
{
	return &texts[kind][language];
}
