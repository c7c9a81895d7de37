import Domain
import Testing

/// What time does to a container.
struct ContainerTimeTests {
    private static let start = Instant(milliseconds: 1_772_366_400_123)

    private static func type(_ minutes: Int64, days: Int64? = nil) -> ContainerType {
        var type = ContainerType.cart
        (type.abandonedAfterMinutes, type.lifetimeDays) = (minutes, days)
        return type
    }

    private static func container(abandoned: Int64? = nil) -> Container {
        var container = Container(type: ContainerType.cart.id, changedAt: start)
        container.lines = [ContainerLine(product: "tea", quantity: ContainerLine.one, addedAt: start)]
        container.abandonedAt = abandoned.map { start.adding(seconds: $0) }
        return container
    }

    private static func at(_ seconds: Int64) -> Instant { start.adding(seconds: seconds) }

    @Test(
        arguments: [
            (60, nil, nil, 3600), (1, nil, nil, 60), (60, nil, 3600, nil), (60, 1, nil, 3600), (60, 1, 3600, 86_400),
            // Who is emptied before is never abandoned.
            (2880, 1, nil, 86_400), (1440, 1, nil, 86_400),
        ] as [(Int64, Int64?, Int64?, Int64?)])
    func `the next thing is due at its very moment`(
        _ minutes: Int64, _ days: Int64?, _ abandoned: Int64?, _ due: Int64?
    ) {
        let found = ContainerRules.due(Self.container(abandoned: abandoned), Self.type(minutes, days: days))
        #expect(found == due.map(Self.at))
    }

    @Test func `nothing is due of what is empty`() {
        var empty = Self.container()
        empty.lines = []
        #expect(ContainerRules.due(empty, Self.type(1, days: 1)) == nil)
    }

    @Test(
        arguments: [
            (3599, []), (3600, [.abandoned(at: at(3600))]), (86_399, [.abandoned(at: at(3600))]),
            (900_000, [.abandoned(at: at(3600)), .expired(at: at(86_400))]),
        ] as [(Int64, [ContainerRules.Passing])])
    func `however late somebody looks, each thing happened at its moment`(
        _ seconds: Int64, _ expected: [ContainerRules.Passing]
    ) {
        let passings = ContainerRules.passings(
            of: Self.container(), Self.type(60, days: 1), from: Self.start, until: Self.at(seconds))
        #expect(passings == expected)
    }

    @Test func `what another rule makes due happened when the rule came`() {
        let passings = ContainerRules.passings(
            of: Self.container(), Self.type(5), from: Self.at(1000), until: Self.at(1001))
        #expect(passings == [.abandoned(at: Self.at(1000))])
    }

    @Test(
        arguments: [
            (ContainerTypePatch(code: "favourites", name: "Favourites"), []),
            (ContainerTypePatch(), ["/code required", "/name required"]),
            (ContainerTypePatch(code: "Fav!", name: "  "), ["/code invalid", "/name required"]),
            (ContainerTypePatch(code: String(repeating: "a", count: 65), name: "x"), ["/code invalid"]),
            (ContainerTypePatch(code: "a", name: String(repeating: "a", count: 101)), ["/name too_long"]),
            (spans(0, 1), ["/abandoned_after_minutes out_of_range"]), (spans(525_600, 3650), []),
            (spans(525_601, 3651), ["/abandoned_after_minutes out_of_range", "/lifetime_days out_of_range"]),
        ] as [(ContainerTypePatch, [String])])
    func `what is wrong with a kind of containers is named`(_ patch: ContainerTypePatch, _ faults: [String]) {
        #expect(patch.faults(base: "", isNew: true).map { "\($0.pointer) \($0.code)" } == faults)
    }

    private static func spans(_ minutes: Int64, _ days: Int64) -> ContainerTypePatch {
        var patch = ContainerTypePatch(code: "a", name: "A")
        (patch.abandonedAfterMinutes, patch.lifetimeDays) = (minutes, .set(days))
        return patch
    }

    @Test func `every project has a cart, as it is stored or as it is`() {
        var cart = ContainerType.cart
        cart.abandonedAfterMinutes = 5
        let own = ContainerType(id: ContainerType.ID(rawValue: 4096), code: "later", name: "A later")
        #expect(ContainerBook([]).types == [.cart])
        #expect(ContainerBook([own, cart]).types == [cart, own])
        #expect(ContainerBook([own])["cart"]?.isEmptiedByOrder == true)
        #expect(ContainerBook([own])[id: own.id]?.code == "later")
    }
}
