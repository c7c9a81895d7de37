import Domain
import Testing

/// What changes do to a container, one by one.
struct ContainerRulesTests {
    private static let start = Instant(milliseconds: 1_772_366_400_000)

    private static func line(
        _ product: String, _ quantity: Int64 = 1, price: Int64? = nil, added: Int64 = 0, changed: Int64? = nil,
        context: String? = nil
    ) -> ContainerLine {
        ContainerLine(
            product: product, quantity: Quantity(millionths: quantity * 1_000_000),
            price: price.map { Money(tenThousandths: $0 * 10_000) }, addedAt: start.adding(seconds: added),
            changedAt: start.adding(seconds: changed ?? added), context: context
        )
    }

    private static func patch(
        _ product: String, _ quantity: Int64? = nil, price: Int64? = nil, context: String? = nil
    ) -> ContainerLinePatch {
        ContainerLinePatch(
            product: product, quantity: quantity.map { Quantity(millionths: $0 * 1_000_000) },
            price: price.map { Money(tenThousandths: $0 * 10_000) }, context: context
        )
    }

    private static func container(_ lines: [ContainerLine], changed: Int64 = 0, abandoned: Int64? = nil) -> Container {
        var container = Container(type: ContainerType.cart.id, changedAt: start.adding(seconds: changed))
        (container.lines, container.version) = (lines, 1)
        container.abandonedAt = abandoned.map { start.adding(seconds: $0) }
        return container
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var before: [ContainerLine]
        var change: ContainerChange
        var after: [ContainerLine]
        var happenings: [ContainerRules.Happening]

        init(
            _ name: String, _ before: [ContainerLine], _ change: ContainerChange, _ after: [ContainerLine],
            _ happenings: [ContainerRules.Happening]
        ) {
            (testDescription, self.before, self.change) = (name, before, change)
            (self.after, self.happenings) = (after, happenings)
        }
    }

    private static let tea = line("tea", 2, price: 5)
    private static let cup = line("cup", 1, added: 1)
    private static var clearing: ContainerLinePatch {
        var patch = patch("tea")
        (patch.clearsPrice, patch.clearsContext) = (true, true)
        return patch
    }

    private static let cases = [
        Case(
            "one is put in", [], .add(patch("tea")), [line("tea", 1, added: 60)], [.added(line("tea", 1, added: 60))]),
        Case(
            "more of what is in it adds up, and keeps what is not said", [tea], .add(patch("tea", 3)),
            [line("tea", 5, price: 5, changed: 60)], [.changed(line("tea", 5, price: 5, changed: 60))]),
        Case(
            "another price comes with more", [tea], .add(patch("tea", 1, price: 4, context: "{}")),
            [line("tea", 3, price: 4, changed: 60, context: "{}")],
            [.changed(line("tea", 3, price: 4, changed: 60, context: "{}"))]),
        Case("none more is nothing", [tea], .add(patch("tea", 0)), [tea], []),
        Case("what is not in it cannot be taken out", [tea], .remove(product: "cup"), [tea], []),
        Case("a product is taken out", [tea, cup], .remove(product: "tea"), [cup], [.removed(tea)]),
        Case("setting what is so changes nothing", [tea], .set(patch("tea", 2, price: 5)), [tea], []),
        Case("setting nothing changes nothing", [tea], .set(patch("tea")), [tea], []),
        Case("setting none takes it out", [tea], .set(patch("tea", 0)), [], [.removed(tea)]),
        Case(
            "setting puts in what is not there", [tea], .set(patch("cup", 4)), [tea, line("cup", 4, added: 60)],
            [.added(line("cup", 4, added: 60))]),
        Case(
            "a price is cleared", [tea], .set(clearing), [line("tea", 2, changed: 60)],
            [.changed(line("tea", 2, changed: 60))]),
        Case(
            "the same contents change nothing", [tea, cup], .replace([patch("tea", 2, price: 5), patch("cup")]),
            [tea, cup], []),
        Case(
            "their order does not matter", [tea, cup], .replace([patch("cup"), patch("tea", 2, price: 5)]), [tea, cup],
            []),
        Case(
            "contents are replaced line by line", [tea, cup], .replace([patch("tea", 3), patch("pot", 1, price: 9)]),
            [line("tea", 3, changed: 60), line("pot", 1, price: 9, added: 60)],
            [
                .removed(cup), .changed(line("tea", 3, changed: 60)), .added(line("pot", 1, price: 9, added: 60)),
            ]),
        Case(
            "the later of two of one product counts", [], .replace([patch("tea", 1), patch("tea", 7)]),
            [line("tea", 7, added: 60)], [.added(line("tea", 7, added: 60))]),
        Case("no contents are a clearing", [tea, cup], .replace([]), [], [.cleared(lines: 2, .customer)]),
        Case("all that is none is a clearing", [tea], .replace([patch("tea", 0)]), [], [.cleared(lines: 1, .customer)]),
        Case("it is cleared", [tea, cup], .clear, [], [.cleared(lines: 2, .customer)]),
        Case("what is empty cannot be cleared", [], .clear, [], []),
    ]

    @Test(arguments: cases)
    func `a change does what it says, and tells of what it did`(_ case: Case) throws {
        let before = Self.container(`case`.before, abandoned: 30)
        let at = Self.start.adding(seconds: 60)
        let outcome = try ContainerRules.apply(`case`.change, to: before, at: at)
        #expect(outcome.container.lines == `case`.after)
        #expect(outcome.happenings == `case`.happenings)
        // A change begins another period; what changes nothing does not.
        let hasChanged = !`case`.happenings.isEmpty
        #expect(outcome.container.version == (hasChanged ? 2 : 1))
        #expect(outcome.container.changedAt == (hasChanged ? at : before.changedAt))
        #expect((outcome.container.abandonedAt == nil) == hasChanged)
    }

    @Test func `a change that arrives late is made, and does not set the clock back`() throws {
        let before = Self.container([Self.tea], changed: 600)
        let outcome = try ContainerRules.apply(.add(Self.patch("cup")), to: before, at: Self.start)
        #expect(outcome.container.changedAt == before.changedAt)
        #expect(outcome.container["cup"]?.addedAt == before.changedAt)
    }

    @Test func `a container holds so many products, and the error says what to do`() throws {
        let full = Self.container((1...500).map { Self.line("p-\($0)") })
        #expect(
            try ContainerRules.apply(.add(Self.patch("p-7")), to: full, at: Self.start).container.lines.count == 500)
        let error = #expect(throws: Faults.self) {
            try ContainerRules.apply(.add(Self.patch("p-501")), to: full, at: Self.start)
        }
        #expect(error?.all.map(\.code) == ["too_many_lines"])
        #expect(error?.all[0].detail.contains("remove some first") == true)
    }

    @Test func `quantities and contexts have limits`() throws {
        let much = Self.container([Self.line("tea", 999_999_999)])
        let sum = #expect(throws: Faults.self) {
            try ContainerRules.apply(.add(Self.patch("tea", 2)), to: much, at: Self.start)
        }
        #expect(sum?.all.map(\.pointer) == ["/data/attributes/quantity"])
        let long = "\"" + String(repeating: "x", count: 32_000) + "\""
        let large = Self.container((1...8).map { Self.line("p-\($0)", context: long) })
        let error = #expect(throws: Faults.self) {
            try ContainerRules.apply(.add(Self.patch("p-9", context: long)), to: large, at: Self.start)
        }
        #expect(error?.all.map(\.code) == ["too_long"])
    }

    // MARK: Becoming one

    struct Merge: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var own: [ContainerLine]
        var other: [ContainerLine]
        var merged: [ContainerLine]
    }

    @Test(arguments: [
        Merge(testDescription: "into nothing", own: [], other: [tea, cup], merged: [tea, cup]),
        Merge(testDescription: "nothing", own: [tea], other: [], merged: [tea]),
        Merge(
            testDescription: "the newer line wins", own: [line("tea", 1, changed: 5)],
            other: [line("tea", 9, added: 1, changed: 6)], merged: [line("tea", 9, added: 1, changed: 6)]),
        Merge(
            testDescription: "the older line loses", own: [line("tea", 1, changed: 5)],
            other: [line("tea", 9, added: 1, changed: 4)], merged: [line("tea", 1, changed: 5)]),
        Merge(
            testDescription: "of two as new the customer's stays", own: [line("tea", 1, changed: 5)],
            other: [line("tea", 9, changed: 5)], merged: [line("tea", 1, changed: 5)]),
        Merge(
            testDescription: "both have some", own: [line("tea", added: 3)],
            other: [line("cup", added: 1), line("pot", added: 4)],
            merged: [line("cup", added: 1), line("tea", added: 3), line("pot", added: 4)]),
    ])
    func `two containers become one`(_ case: Merge) {
        let merged = ContainerRules.merge(
            Self.container(`case`.other, changed: 6), into: Self.container(`case`.own),
            at: Self.start.adding(seconds: 90))
        #expect(merged.lines == `case`.merged)
        #expect(merged.changedAt == (`case`.other.isEmpty ? Self.start : Self.start.adding(seconds: 90)))
    }

    @Test func `who logs in begins another period, and two customers made one do not`() {
        let own = Self.container([Self.tea], changed: 10, abandoned: 3610)
        let other = Self.container([Self.cup], changed: 5, abandoned: 3605)
        let known = ContainerRules.merge(other, into: own, at: Self.start.adding(seconds: 9000))
        #expect((known.changedAt, known.abandonedAt) == (Self.start.adding(seconds: 9000), nil))
        let one = ContainerRules.merge(other, into: own, at: nil)
        #expect((one.changedAt, one.abandonedAt) == (own.changedAt, own.abandonedAt))
        let newer = ContainerRules.merge(own, into: other, at: nil)
        #expect((newer.changedAt, newer.abandonedAt) == (own.changedAt, own.abandonedAt))
        let empty = ContainerRules.merge(other, into: Self.container([], changed: 8000), at: nil)
        #expect(empty.abandonedAt == other.abandonedAt)
    }

    @Test func `of more than a container holds the newest lines stay`() {
        let own = Self.container((1...400).map { Self.line("a-\($0)", added: Int64($0)) })
        let other = Self.container((1...400).map { Self.line("b-\($0)", added: Int64($0)) })
        let merged = ContainerRules.merge(other, into: own, at: nil)
        #expect(merged.lines.count == 500)
        #expect(merged.lines.allSatisfy { $0.addedAt >= Self.start.adding(seconds: 150) })
    }

    // MARK: Sums

    @Test(
        arguments: [
            (2_000_000, 125_000, "25"), (1_500_000, 33_333, "5"), (333_333, 10_000, "0.3333"), (1, 5_000, "0"),
            (500_000, 1, "0.0001"), (1_000_000_000_000_000, 1_000_000_000_000_000, "100000000000000000000"),
        ] as [(Int64, Int64, String)])
    func `a line is worth its quantity times its price`(_ quantity: Int64, _ price: Int64, _ sum: String) {
        let line = ContainerLine(
            product: "p", quantity: Quantity(millionths: quantity), price: Money(tenThousandths: price),
            addedAt: Self.start)
        #expect(line.sum?.description == sum)
    }

    @Test func `a line without a price adds to the quantity and not to the total`() {
        let container = Self.container([Self.tea, Self.cup])
        #expect((container.quantity.description, container.total.description) == ("3", "10"))
    }

    @Test func `events say which container, and what of the product`() {
        let calls = [
            ContainerRules.Happening.added(Self.line("tea \"x\"", 2, price: 5)), .removed(Self.cup),
            .cleared(lines: 2, .customer), .cleared(lines: 2, .order),
        ].map { TrackedEventCall($0, in: .cart) }
        #expect(
            calls.map(\.name) == [
                "container_item_added", "container_item_removed", "container_cleared", "container_cleared",
            ])
        #expect(calls.map(\.subject) == ["tea \"x\"", "cup", nil, nil])
        #expect(
            calls.map(\.context) == [
                #"{"container":"cart","price":5,"product":"tea \"x\"","quantity":2}"#,
                #"{"container":"cart","product":"cup","quantity":1}"#, #"{"container":"cart","lines":2}"#,
                #"{"container":"cart","lines":2,"reason":"order"}"#,
            ])
        #expect(calls.allSatisfy { EventName.predefined($0.name) != nil })
    }
}
