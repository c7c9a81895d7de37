import Domain
import TestSupport
import Testing

/// Random sequences of changes against a dictionary that is told the same.
struct ContainerRandomTests {
    /// Quantity and price by product, and when each came in and was changed, in the plainest way.
    private struct Plain {
        struct Line: Equatable {
            var quantity: Int64
            var price: Int64?
            var added: Int64
            var changed: Int64
        }

        var lines: [String: Line] = [:]
        var changed: Int64 = 0
        var events: [String] = []

        mutating func set(_ product: String, _ quantity: Int64, _ price: Int64?, at: Int64) {
            if quantity <= 0 {
                if lines.removeValue(forKey: product) != nil { note("removed \(product)", at) }
            } else if let line = lines[product] {
                guard line.quantity != quantity || line.price != price else { return }
                lines[product] = Line(quantity: quantity, price: price, added: line.added, changed: at)
                note("changed \(product)", at)
            } else {
                lines[product] = Line(quantity: quantity, price: price, added: at, changed: at)
                note("added \(product)", at)
            }
        }

        mutating func note(_ event: String, _ at: Int64) {
            events.append(event)
            changed = at
        }

        mutating func clear(_ at: Int64) {
            guard !lines.isEmpty else { return }
            note("cleared \(lines.count)", at)
            lines = [:]
        }
    }

    private static func patch(_ product: String, _ quantity: Int64?, _ price: Int64?) -> ContainerLinePatch {
        ContainerLinePatch(
            product: product, quantity: quantity.map { Quantity(millionths: $0 * 1_000_000) },
            price: price.map { Money(tenThousandths: $0) }
        )
    }

    private static func name(_ happening: ContainerRules.Happening) -> String {
        switch happening {
        case .added(let line): "added \(line.product)"
        case .removed(let line): "removed \(line.product)"
        case .changed(let line): "changed \(line.product)"
        case .cleared(let count, _): "cleared \(count)"
        }
    }

    @Test(arguments: 1...60)
    func `a container is what a plain list is that was told the same`(_ seed: Int) throws {
        var chance = Chance(seed: UInt64(seed))
        var (container, plain) = (Container(type: ContainerType.cart.id, changedAt: Instant(milliseconds: 0)), Plain())
        for step in 1...200 {
            // Some changes arrive late, and count as of the last one then.
            let moment = Int64(step * 1000) - (chance.happens(10) ? 5000 : 0)
            let at = max(moment, plain.changed)
            let product = "p-\(chance.int(1...6))"
            let quantity = Int64(chance.int(0...4))
            let price = chance.happens(50) ? Int64(chance.int(1...3)) : nil
            let version = container.version
            plain.events = []
            let change: ContainerChange
            switch chance.int(1...10) {
            case 1...4:
                change = .add(Self.patch(product, quantity == 1 ? nil : quantity, price))
                let known = plain.lines[product]
                if quantity > 0 {
                    plain.set(product, (known?.quantity ?? 0) + quantity, price ?? known?.price, at: at)
                }
            case 5...6:
                change = .set(Self.patch(product, quantity, price))
                plain.set(product, quantity, price ?? plain.lines[product]?.price, at: at)
            case 7:
                change = .remove(product: product)
                plain.set(product, 0, nil, at: at)
            case 8...9:
                let wanted = (1...chance.int(1...6)).map { "p-\($0)" }.filter { _ in chance.happens(70) }
                change = .replace(wanted.map { Self.patch($0, quantity, price) })
                if wanted.isEmpty || quantity == 0 {
                    plain.clear(at)
                } else {
                    for product in Set(plain.lines.keys).subtracting(wanted) { plain.set(product, 0, nil, at: at) }
                    for product in wanted { plain.set(product, quantity, price, at: at) }
                }
            default:
                change = .clear
                plain.clear(at)
            }
            let outcome = try ContainerRules.apply(change, to: container, at: Instant(milliseconds: moment))
            container = outcome.container
            #expect(outcome.happenings.map(Self.name).sorted() == plain.events.sorted(), "step \(step)")
            let lines = Dictionary(
                uniqueKeysWithValues: container.lines.map { line in
                    (
                        line.product,
                        Plain.Line(
                            quantity: line.quantity.millionths / 1_000_000, price: line.price?.tenThousandths,
                            added: line.addedAt.milliseconds, changed: line.changedAt.milliseconds)
                    )
                })
            #expect(lines == plain.lines, "step \(step)")
            #expect(container.changedAt.milliseconds == plain.changed)
            #expect(container.version == version + (plain.events.isEmpty ? 0 : 1))
            #expect(container.lines.map(\.addedAt) == container.lines.map(\.addedAt).sorted())
        }
    }

    @Test(arguments: 1...40)
    func `of two containers each product's newest line stays, whichever is put into which`(_ seed: Int) throws {
        var chance = Chance(seed: UInt64(seed))
        func random() -> Container {
            var container = Container(type: ContainerType.cart.id, changedAt: Instant(milliseconds: 0))
            for product in 1...12 where chance.happens(50) {
                // No two lines of one product are as new as each other.
                let at = Instant(milliseconds: Int64(chance.int(1...1_000_000)))
                container.lines.append(
                    ContainerLine(product: "p-\(product)", quantity: ContainerLine.one, addedAt: at))
            }
            container.lines.sort { ($0.addedAt, $0.product) < ($1.addedAt, $1.product) }
            container.changedAt = container.lines.map(\.changedAt).max() ?? container.changedAt
            return container
        }
        let (one, other) = (random(), random())
        let (merged, turned) = (
            ContainerRules.merge(other, into: one, at: nil), ContainerRules.merge(one, into: other, at: nil)
        )
        #expect(merged.lines == turned.lines)
        for product in Set(one.lines.map(\.product) + other.lines.map(\.product)) {
            let newest = [one[product], other[product]].compactMap { $0 }.max { $0.changedAt < $1.changedAt }
            #expect(merged[product] == newest)
        }
        #expect(merged.lines.count == Set(merged.lines.map(\.product)).count)
    }
}
