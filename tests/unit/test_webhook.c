/* SPDX-License-Identifier: MIT */
/* Webhooks: their signature, and the addresses they may not go to. */
#include "tests/unit/test.h"

#include "adapters/webhook/public_address.h"
#include "adapters/webhook/sign.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

static void
the_signature_matches_the_example_of_the_standard(void **state)
{
	(void)state;
	char signature[SIGNATURE_SIZE];
	assert_ok(webhook_sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	                       "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
	                       "{\"test\": 2432232314}", strlen("{\"test\": 2432232314}"),
	                       signature));
	assert_string_equal(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

static void
a_malformed_secret_signs_nothing(void **state)
{
	(void)state;
	static const char *const bad[] = {"", "whsec_", "MfKQ9r8GKYqrTwjU", "whsec_not base64"};
	char signature[SIGNATURE_SIZE];
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_err(webhook_sign(bad[i], "id", "1", "{}", 2, signature), ERR_INVALID);
}

static bool
is_public(const char *text)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		return address_is_public((const struct sockaddr *)&in);
	assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
	return address_is_public((const struct sockaddr *)&in6);
}

static void
private_and_special_addresses_are_not_public(void **state)
{
	(void)state;
	static const char *const special[] = {"0.0.0.0",
	                                      "10.0.0.1",
	                                      "10.255.255.255",
	                                      "100.64.0.1",
	                                      "127.0.0.1",
	                                      "127.255.255.255",
	                                      "169.254.169.254",
	                                      "172.16.0.1",
	                                      "172.31.255.255",
	                                      "192.0.0.1",
	                                      "192.168.1.1",
	                                      "198.18.0.1",
	                                      "224.0.0.1",
	                                      "255.255.255.255",
	                                      "::",
	                                      "::1",
	                                      "::ffff:10.0.0.1",
	                                      "::ffff:127.0.0.1",
	                                      "64:ff9b::7f00:1",
	                                      "fe80::1",
	                                      "fc00::1",
	                                      "fd12::1",
	                                      "ff02::1",
	                                      "2002:7f00:1::",
	                                      "2001:db8::1",
	                                      "2001::1",
	                                      "100::1"};
	static const char *const public[] = {
		"1.1.1.1",      "9.255.255.255",  "11.0.0.0",        "100.63.255.255",
		"100.128.0.0",  "126.0.0.1",      "128.0.0.1",       "172.15.0.1",
		"172.32.0.1",   "192.167.1.1",    "223.255.255.255", "2606:4700::1111",
		"2a00:1450::1", "::ffff:1.1.1.1", "64:ff9b::101:101"};
	for (size_t i = 0; i < ARRAY_SIZE(special); i++)
		if (is_public(special[i]))
			fail_msg("%s is public", special[i]);
	for (size_t i = 0; i < ARRAY_SIZE(public); i++)
		if (!is_public(public[i]))
			fail_msg("%s is not public", public[i]);
}

static void
an_address_of_another_family_is_not_public(void **state)
{
	(void)state;
	const struct sockaddr_un here = {.sun_family = AF_UNIX, .sun_path = "/run/x.sock"};
	assert_false(address_is_public((const struct sockaddr *)&here));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_signature_matches_the_example_of_the_standard),
		cmocka_unit_test(a_malformed_secret_signs_nothing),
		cmocka_unit_test(private_and_special_addresses_are_not_public),
		cmocka_unit_test(an_address_of_another_family_is_not_public),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
