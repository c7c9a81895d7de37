#!/usr/bin/env python3
"""A made-up clickstream of a shop, from a seed: who came, looked at what, put it into the cart, bought it or left it there.

`clickstream.py VISITORS SEED START` prints bodies as sites send them, a line of JSON each, in the order of time (START and all
times are milliseconds), and as the last line what must have come of them, which is counted from the story alone.
Half of the visitors are told of by the tracker, half by a client of the Segment convention.
"""

import datetime
import heapq
import itertools
import json
import random
import sys

MINUTE = 60_000
# A cart is abandoned that nobody changed for so long.
IDLE = 60 * MINUTE
# Nothing happens to a cart so near to that moment, since what is sent a little later would decide.
DOUBT = 2 * MINUTE
COUNTS = ("visits", "views", "adds", "removals", "purchases", "logins", "left", "left_unknown", "lines_left",
          "abandoned_by_customers", "abandoned_at_the_end")


class Shopper:
    """One visitor: what they do, and what it counts for."""

    def __init__(self, number, seed, start):
        self.random = random.Random(f"{seed}/{number}")
        self.number, self.key, self.customer = number, f"visitor-{seed}-{number:07d}", f"shopper-{seed}-{number:07d}"
        self.now = start + self.random.randrange(24 * 60) * MINUTE + number % MINUTE
        self.cart, self.changed, self.is_abandoned = {}, 0, False
        self.is_known, self.orders, self.sent = False, 0, 0
        self.counts = dict.fromkeys(COUNTS, 0)

    def story(self):
        """Yields the time, what is done, and more about it."""
        for session in range(self.random.choices((1, 2, 3, 4), (60, 25, 10, 5))[0]):
            if session:
                self.now += self.random.choice((self.random.randrange(31, 50), self.random.randrange(70, 1800))) * MINUTE
            self.counts["visits"] += 1
            yield self.step("visit")
            while self.random.random() < 0.8:
                product = str(1000 + int(self.random.paretovariate(0.7)) % 500)
                self.counts["views"] += 1
                yield self.step("view", product)
                if self.random.random() < 0.3:
                    yield from self.fill(product)
            yield from self.leave()
        self.end()

    def step(self, what, product=None, more=None):
        self.now += self.random.randrange(2_000, 90_000)
        return self.now, what, product, more

    def touches(self):
        """Whether something may happen to the cart within the next minutes; notes that it was left alone for long."""
        rest = self.now - self.changed
        if self.cart and not self.is_abandoned and abs(rest - IDLE) < 2 * DOUBT:
            return False
        self.rest(rest)
        return True

    def rest(self, rest):
        if self.cart and not self.is_abandoned and rest >= IDLE:
            self.is_abandoned = True
            self.counts["abandoned_by_customers"] += self.is_known

    def fill(self, product):
        if not self.touches():
            return
        if product in self.cart:
            self.counts["removals"] += 1
            del self.cart[product]
            yield self.change("remove", product)
        else:
            self.counts["adds"] += 1
            self.cart[product] = (self.random.randrange(1, 4), self.random.randrange(100, 9_900) / 100)
            yield self.change("add", product, self.cart[product])

    def change(self, what, product, more=None):
        step = self.step(what, product, more)
        self.changed, self.is_abandoned = self.now, False
        return step

    def leave(self):
        if not self.cart or self.random.random() > 0.35 or not self.touches():
            return
        if not self.is_known:
            self.counts["logins"] += 1
            yield self.step("login")
            self.is_known = True
        self.counts["purchases"] += 1
        self.orders += 1
        bought, self.cart = self.cart, {}
        yield self.change("buy", f"{self.customer}-{self.orders}", bought)

    def end(self):
        self.counts["left"] += bool(self.cart)
        self.counts["left_unknown"] += bool(self.cart) and not self.is_known
        self.counts["lines_left"] += len(self.cart)
        self.rest(IDLE)
        self.counts["abandoned_at_the_end"] += bool(self.cart)

    # What is sent

    def message(self, at, what, product, more):
        self.sent += 1
        write = self.tracked if self.number % 2 else self.segment
        return write(f"{self.key}-{self.sent}", at, what, product, more)

    def tracked(self, id, at, what, product, more):
        said = {
            "visit": lambda: {"type": "visit", "url": "https://larkspur.example/"},
            "view": lambda: {"type": "view", "product": product, "url": f"https://larkspur.example/p/{product}"},
            "add": lambda: {"type": "container", "action": "add", "container": "cart",
                            "line": {"product": product, "quantity": more[0], "price": more[1]}},
            "remove": lambda: {"type": "container", "action": "remove", "container": "cart", "line": {"product": product}},
            "login": lambda: {"type": "identify", "customer": {"external_id": self.customer}},
            "buy": lambda: {"type": "order", "order": {"external_id": product, "items_sum": total(more)}},
        }[what]()
        return {"id": id, "visitor": self.key, "session": "s1", "time": at, **said}

    def segment(self, id, at, what, product, more):
        def line(product, more):
            return {"product_id": product, "quantity": more[0], "price": more[1]}

        def track(name, **properties):
            return {"type": "track", "event": name, "properties": properties}

        said = {
            "visit": lambda: track("Site Visited"),
            "view": lambda: track("Product Viewed", product_id=product, category="tea"),
            "add": lambda: track("Product Added", **line(product, more)),
            "remove": lambda: track("Product Removed", product_id=product),
            "login": lambda: {"type": "identify", "traits": {}},
            "buy": lambda: track("Order Completed", order_id=product, total=total(more),
                                 products=[line(*one) for one in more.items()]),
        }[what]()
        who = {"userId": self.customer} if self.is_known or what == "login" else {}
        return {"messageId": id, "anonymousId": self.key, "timestamp": moment(at), **who, **said}


def total(cart):
    return round(sum(quantity * price for quantity, price in cart.values()), 2)


def moment(milliseconds):
    time = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def bodies(shopper, sent=None):
    """Yields the time and the body of each request: what is done within half a minute goes together.

    Where it is all `sent` at a later moment, what a visitor did goes fifty at a time.
    """
    def request(at, messages):
        if shopper.number % 2:
            return at, "tracker", {"sent": sent or at, "events": messages}
        return at, "segment", {"sentAt": moment(sent or at), "batch": messages}

    waiting, last = [], 0
    for at, *rest in shopper.story():
        if waiting and (len(waiting) == 50 if sent else at - last > MINUTE // 2):
            yield request(last, waiting)
            waiting = []
        waiting.append(shopper.message(at, *rest))
        last = at
    if waiting:
        yield request(last, waiting)


def summed(shoppers):
    return {name: sum(shopper.counts[name] for shopper in shoppers) for name in COUNTS}


def main():
    visitors, seed, start = (int(word) for word in sys.argv[1:])
    shoppers = [Shopper(number, seed, start) for number in range(visitors)]
    numbers = itertools.count()
    streams = [((at, next(numbers), door, body) for at, door, body in bodies(shopper)) for shopper in shoppers]
    for at, _, door, body in heapq.merge(*streams):
        print(json.dumps({"at": at, "door": door, "body": json.dumps(body, separators=(",", ":"))}))
    print(json.dumps(summed(shoppers)))


if __name__ == "__main__":
    main()
