"""Drives the published clients of the Segment convention: SDK HOST KEY SCENARIO. Ends with 0 once all was taken."""

import datetime
import sys

from rudderstack.analytics.client import Client as RudderClient
from segment.analytics.client import Client as SegmentClient

SDK, HOST, KEY, SCENARIO = sys.argv[1:]
failures = []


def client(**options):
    kind = {"segment": SegmentClient, "rudder": RudderClient}[SDK]
    return kind(KEY, host=HOST, gzip=True, on_error=lambda error, items: failures.append(str(error)), **options)


def everything():
    """Each call once, with what clients send of it: nulls, dates, numbers, nested values."""
    shop = client()
    visitor = f"{SDK}-visitor"
    shop.track(anonymous_id=visitor, event="Product Viewed", properties={"product_id": "507f1", "name": "Monopoly", "price": 18.99})
    shop.page(anonymous_id=visitor, name="Home", properties={"url": "https://larkspur.example/", "title": None})
    shop.screen(anonymous_id=visitor, name="Boots")
    shop.track(anonymous_id=visitor, event="Product Added", properties={"product_id": "507f1", "quantity": 2, "price": 18.99})
    shop.identify(f"{SDK}-1", {
        "email": f"{SDK}@larkspur.example", "firstName": "Ana", "lastName": None, "age": None, "tags": [None, 1, {"a": None}],
        "createdAt": datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc), "address": {"city": "Porto", "country": None},
    }, anonymous_id=visitor)
    shop.track(f"{SDK}-1", "Order Completed", {
        "order_id": f"{SDK}-order", "total": 41.5, "shipping": 3.52, "currency": "EUR", "coupon": None,
        "products": [{"product_id": "507f1", "price": 18.99, "quantity": 2, "sku": None}],
    })
    shop.track(f"{SDK}-1", "Trial Ended", {"nothing": None, "count": 10**15, "part": 0.1}, timestamp=datetime.datetime(
        2025, 12, 31, 12, tzinfo=datetime.timezone.utc))
    shop.group(f"{SDK}-1", "club", {"level": 3})
    shop.alias(f"{SDK}-elsewhere", f"{SDK}-1")
    for _ in range(3):
        shop.track(f"{SDK}-1", "Coupon Entered", {"coupon_id": "may"}, message_id=f"{SDK}-coupon")
    shop.flush()


def many():
    """Several hundred events in batches, from several threads of the client."""
    person = client()
    person.identify(f"{SDK}-1", message_id=f"{SDK}-identify")
    person.flush()
    shop = client(thread=3, upload_size=50)
    for number in range(500):
        shop.track(f"{SDK}-1", "Tea Brewed", {"number": number, "leaf": "x" * (number % 300)}, message_id=f"{SDK}-tea-{number}")
    shop.flush()


def shaky():
    """Events that are sent while the server is away; those who start us bring it back."""
    shop = client(upload_size=20)
    for number in range(100):
        shop.track(anonymous_id="somebody", event="Cup Broken", properties={"number": number}, message_id=f"{SDK}-cup-{number}")
    print("queued", flush=True)
    shop.flush()


def wrong_key():
    """A key that nobody knows is told so, and is not tried for ever."""
    global KEY
    KEY = "wk_wrong"
    shop = client()
    shop.track("1", "Never")
    shop.flush()
    print(failures, flush=True)
    assert len(failures) == 1 and "unknown_write_key" in failures[0], failures
    failures.clear()


{"everything": everything, "many": many, "shaky": shaky, "wrong_key": wrong_key}[SCENARIO]()
if failures:
    sys.exit(f"{SDK}: {failures}")
