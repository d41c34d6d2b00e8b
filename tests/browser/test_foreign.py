# SPDX-License-Identifier: MIT
"""A page of another site can neither change anything nor become somebody, in a real browser."""

import contextlib
import http.server
import threading

from people import offer_room, sign_in


@contextlib.contextmanager
def other_site(page):
    """Serves one page under another name; the base of its URL."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def attack(hotel, room):
    ours = f"http://127.0.0.1:{hotel.port}"
    return f"""<!DOCTYPE html><title>Win a prize</title><img id="image" alt="" src="{ours}/me?guest=666&amp;host=666">
<form action="{ours}/rooms/{room['id']}/delete" method="post"><input type="hidden" name="hostId" value="{room['hostId']}">
<input type="hidden" name="cancelBookings" value="true"><button>Win</button></form>
<a href="{ours}/me?guest=666">Look</a>"""


def refused(hotel, browser, name):
    """The form, the image and the link of a page of the site `name` have no effect."""
    guest, host = sign_in(browser)
    room = offer_room(hotel, hostId=host)
    with other_site(attack(hotel, room)) as port:
        for target in ("button", "a"):
            browser.driver.get(f"http://{name}:{port}/")
            browser.until(lambda: browser.driver.execute_script("return document.getElementById('image').complete"),
                          "the image was tried")
            browser.click(target)
            browser.await_text("You are not allowed to do this.")
    assert hotel.web.get(f"/rooms/{room['id']}").json["status"] == "Open"
    cookies = {cookie["name"]: cookie["value"] for cookie in browser.driver.get_cookies()}
    assert (cookies["guest"], cookies["host"]) == (str(guest), str(host))


def test_a_page_of_another_site_changes_nothing(hotel, english):
    refused(hotel, english, "localhost")


def test_a_page_of_another_port_changes_nothing(hotel, english):
    refused(hotel, english, "127.0.0.1")
