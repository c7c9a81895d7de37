import Foundation

/// What a shop's message says of an order and its customer.
package struct ShopOrder: Hashable, Sendable {
    package var order: OrderPatch
    package var customer: CustomerPatch
    /// The statuses it is in, in the shop's own terms.
    package var statuses: [ShopStatus] = []

    package init(order: OrderPatch, customer: CustomerPatch) { (self.order, self.customer) = (order, customer) }

    /// Writes the statuses into the description of the order, as the connection calls them.
    ///
    /// A type of which the shop says nothing is left as it is.
    package func translated(by connection: ShopConnection) -> OrderPatch {
        var order = order
        for status in statuses {
            let code = connection.code(of: status)
            // A word that can be no code, from some plug-in, says nothing.
            guard code.map(OrderStatus.isValid) ?? true else { continue }
            order.statuses[status.group.type] = code.map(Patch.set) ?? .clear
        }
        return order
    }
}

extension FieldPatch {
    /// Takes what a shop says as far as it can be kept: a field that will not do must not cost the order.
    mutating func take(_ field: Field, _ text: String?) {
        guard let text else { return set(field, nil) }
        var kept = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
        switch field.type {
        case .text(let limit), .note(let limit), .list(let limit): kept = String(kept.prefix(limit))
        case .phone: kept = Phone.e164(kept) ?? ""
        case .email: kept = kept.lowercased()
        default: break
        }
        do {
            set(field, try field.type.read(text: kept, ReadingContext(zone: .gmt)))
        } catch {
            set(field, nil)
        }
    }

    /// The same, but says nothing where the shop says nothing.
    mutating func takeIfSaid(_ field: Field, _ text: String?) {
        var patch = FieldPatch()
        patch.take(field, text)
        guard let value = patch.entries.last?.value else { return }
        set(field, value)
    }

    mutating func take(_ field: Field, _ amount: Money?) { set(field, amount.map(FieldValue.money)) }
    mutating func take(_ field: Field, _ amount: Quantity?) { set(field, amount.map(FieldValue.quantity)) }
}

/// Telephone numbers as people write them.
package enum Phone {
    /// The number in E.164, where it is told which country it is of: by `+`, by `00`, or because the country is one
    /// whose numbers all have ten digits.
    package static func e164(_ text: String, country: String? = nil) -> String? {
        let digits = text.filter { $0.isASCII && $0.isNumber }
        let marks = text.filter { !($0.isASCII && $0.isNumber) && !" ()-./\u{a0}".contains($0) }
        let number: String
        if text.drop(while: \.isWhitespace).hasPrefix("+"), marks == "+" {
            // A zero in brackets is for callers from within the country.
            number = text.replacing("(0)", with: "").filter { $0.isASCII && $0.isNumber }
        } else if marks.isEmpty, digits.hasPrefix("00") {
            number = String(digits.dropFirst(2))
        } else if marks.isEmpty, country == "US" || country == "CA", digits.count == 10 {
            number = "1" + digits
        } else {
            return nil
        }
        guard (7...15).contains(number.count), !number.hasPrefix("0") else { return nil }
        return "+" + number
    }
}

extension Money {
    /// An amount for so many; nil where it is beyond what is kept.
    func times(_ quantity: Quantity) -> Money? {
        Money(Int128(tenThousandths) * Int128(quantity.millionths), over: 1_000_000)
    }

    /// The share that `part` is of `whole`, rounded to the hundredth.
    func share(_ part: Quantity, of whole: Quantity) -> Money? {
        guard whole > .zero else { return nil }
        guard let cents = Money(Int128(tenThousandths) * Int128(part.millionths), over: Int128(whole.millionths) * 100)
        else { return nil }
        return Money(tenThousandths: cents.tenThousandths * 100)
    }

    private init?(_ product: Int128, over divisor: Int128) {
        let half = product < 0 ? -divisor / 2 : divisor / 2
        let quotient = (product + half) / divisor
        guard quotient.magnitude <= UInt128(FixedPoint.moneyLimit) * 10_000 else { return nil }
        self.init(tenThousandths: Int64(quotient))
    }

    static func sum(_ amounts: some Sequence<Money>) -> Money {
        Money(tenThousandths: amounts.reduce(0) { $0 &+ $1.tenThousandths })
    }

    static func - (left: Money, right: Money) -> Money {
        Money(tenThousandths: left.tenThousandths - right.tenThousandths)
    }
}
