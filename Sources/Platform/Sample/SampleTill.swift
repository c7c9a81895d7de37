import Domain

/// Rings up the orders of the made-up shop, each from its place alone.
struct SampleTill: Sendable {
    let seed: UInt64
    let now: Instant
    let calendar: SampleCalendar
    let catalogue: SampleCatalogue
    let people: SamplePeople
    let buyers: SampleBuyers

    private static let lineCounts = Weighted([(1, 34), (2, 27), (3, 18), (4, 11), (5, 6), (6, 4)])
    private static let couriers = ["Andorinha Express", "Larkline", "Pedal & Parcel"]
    private static let lockers = ["Cornerbox", "Nookpoint"]
    private static let terminals = ["Payleaf", "Payleaf", "Tillwind"]
    private static let stores = ["Lisboa": "Loja de Alvalade", "Porto": "Loja da Ribeira"]
    private static let hours = ["09:00-12:00", "12:00-15:00", "15:00-18:00", "18:00-21:00"]
    private static let notes = [
        "Please ring twice.", "Leave it with the neighbour on the left.",
        "It is a present: no invoice in the box, please.",
        "Call before you come.", "The door code is in the app.",
    ]
    private static let origins = [
        #"{"channel":"web"}"#, #"{"channel":"web","utm_source":"newsletter"}"#, #"{"channel":"app"}"#,
        #"{"channel":"web","gift_wrap":true}"#, #"{"channel":"web","utm_source":"search"}"#,
    ]

    /// Returns the order at `index` as the shop tells of it now.
    func order(at index: Int) -> OrderPatch {
        var generator = SplitMix64(seed: seed, .order, index)
        let moment = calendar.moment(of: index)
        let buyer = buyers.customer(ofOrder: index)
        let person = people.person(at: buyer.index)
        let offer = SampleOffer(isSale: moment.isSale, isFirst: buyer.isFirst, &generator)
        let basket = basket(of: person, offer, &generator)
        let delivery = Self.deliveryType(to: person, &generator)
        let payment = Self.paymentType(for: delivery, in: person.place, &generator)
        let timeline = SampleTimeline(from: moment.instant, until: now, delivery, payment, &generator)

        var patch = OrderPatch(externalID: "S\(100_001 + index)")
        patch.customerExternalID = .set(SamplePeople.externalID(buyer.index))
        patch.date = .set(moment.instant)
        patch.statuses = timeline.statuses
        patch.past = timeline.past
        patch.lines = basket.lines
        if generator.chance(perThousand: 600) { patch.metadata = .set(generator.pick(Self.origins)) }
        patch.fields.set(.number, .text("T-\(100_001 + index)"))
        patch.fields.set(.itemsCount, .quantity(Quantity(whole: basket.count)))
        patch.fields.set(.itemsSum, .money(Money(cents: basket.sum)))
        let store = delivery == .selfPickup ? Self.stores[person.city] : nil
        patch.fields.set(.unit, .text(store ?? "Online"))
        if let name = offer.name { patch.fields.set(.actions, .text(name)) }
        if let card = person.card { patch.fields.set(.card, .text(card)) }
        let arrival = CivilTime(
            utcMilliseconds: moment.local + timeline.arrival.milliseconds - moment.instant.milliseconds
        )
        deliver(delivery, to: person, on: arrival, &patch.fields, &generator)
        pay(
            payment,
            basket,
            delivery: Self.deliveryCost(delivery, to: person.place, basket.sum),
            &patch.fields,
            &generator
        )
        return patch
    }

    // MARK: Parts

    private struct Basket {
        var lines: [OrderLinePatch] = []
        var count = 0
        var sum: Int64 = 0
        var discount: Int64 = 0
        var bonuses: Int64 = 0
    }

    private func basket(
        of person: SamplePeople.Person,
        _ offer: SampleOffer,
        _ generator: inout SplitMix64
    ) -> Basket {
        var basket = Basket()
        let paysWithBonuses = person.card != nil && generator.chance(perThousand: 120)
        var taken: [Int] = []
        let lineCount = Self.lineCounts.pick(&generator)
        taken.reserveCapacity(lineCount)
        basket.lines.reserveCapacity(lineCount)
        while taken.count < lineCount {
            let place = catalogue.demand.pick(&generator)
            guard !taken.contains(place) else { continue }
            taken.append(place)
            let item = catalogue.items[place]
            let count = item.isConsumable && generator.chance(perThousand: 280) ? generator.number(2...4) : 1
            let discount = item.cents * Int64(count * offer.percent(for: item)) / 100
            let sum = item.cents * Int64(count) - discount
            let bonuses = paysWithBonuses ? sum / 500 * 100 : 0
            var line = OrderLinePatch(externalID: String(taken.count))
            line.fields.set(.product, .text(item.externalID))
            line.fields.set(.count, .quantity(Quantity(whole: count)))
            line.fields.set(.weight, .quantity(Quantity(millionths: item.grams * Int64(count) * 1000)))
            line.fields.set(.sum, .money(Money(cents: sum)))
            line.fields.set(.price, .money(Money(cents: item.cents)))
            line.fields.set(.discount, .money(Money(cents: discount)))
            line.fields.set(.cashSum, .money(Money(cents: sum - bonuses)))
            line.fields.set(.bonusToCard, .money(Money(cents: person.card == nil ? 0 : (sum - bonuses) * 3 / 100)))
            line.fields.set(.bonusFromCard, .money(Money(cents: bonuses)))
            basket.lines.append(line)
            basket.count += count
            basket.sum += sum
            basket.discount += discount
            basket.bonuses += bonuses
        }
        return basket
    }

    private func deliver(
        _ type: SampleTimeline.DeliveryType,
        to person: SamplePeople.Person,
        on day: CivilTime,
        _ fields: inout FieldPatch<OrderField>,
        _ generator: inout SplitMix64
    ) {
        fields.set(.deliveryType, .text(type.rawValue))
        switch type {
        case .courier: fields.set(.deliveryProvider, .text(generator.pick(Self.couriers)))
        case .pickupPoint: fields.set(.deliveryProvider, .text(generator.pick(Self.lockers)))
        case .selfPickup: break
        }
        fields.set(.deliveryCountry, .text(person.place.country))
        fields.set(.deliveryCity, .text(person.city))
        fields.set(.deliveryDate, .text(day.dayText))
        guard type == .courier else { return }
        fields.set(.deliveryAddress, .text(person.address))
        fields.set(.deliveryTime, .text(generator.pick(Self.hours)))
        if generator.chance(perThousand: 80) { fields.set(.deliveryNote, .text(generator.pick(Self.notes))) }
    }

    /// Writes sums that add up: goods and delivery make the total, of which bonus points and money pay their parts.
    private func pay(
        _ type: SampleTimeline.PaymentType,
        _ basket: Basket,
        delivery: Int64,
        _ fields: inout FieldPatch<OrderField>,
        _ generator: inout SplitMix64
    ) {
        fields.set(.paymentType, .text(type.rawValue))
        if type == .card { fields.set(.paymentProvider, .text(generator.pick(Self.terminals))) }
        fields.set(.paymentTotal, .money(Money(cents: basket.sum + delivery)))
        fields.set(.paymentCash, .money(Money(cents: basket.sum + delivery - basket.bonuses)))
        fields.set(.paymentBonuses, .money(Money(cents: basket.bonuses)))
        fields.set(.paymentDelivery, .money(Money(cents: delivery)))
        fields.set(.paymentDiscount, .money(Money(cents: basket.discount)))
    }

    private static func deliveryType(
        to person: SamplePeople.Person,
        _ generator: inout SplitMix64
    ) -> SampleTimeline.DeliveryType {
        let point = generator.below(100)
        if stores[person.city] != nil, point < 26 { return .selfPickup }
        return point < 66 ? .courier : .pickupPoint
    }

    private static func paymentType(
        for delivery: SampleTimeline.DeliveryType,
        in place: SamplePlace,
        _ generator: inout SplitMix64
    ) -> SampleTimeline.PaymentType {
        let point = generator.below(100)
        if delivery == .selfPickup { return point < 40 ? .cash : .card }
        if delivery == .courier, place.country == "PT" || place.country == "ES", point < 18 { return .cashOnDelivery }
        return point < 88 ? .card : .bankTransfer
    }

    private static func deliveryCost(
        _ type: SampleTimeline.DeliveryType,
        to place: SamplePlace,
        _ sum: Int64
    ) -> Int64 {
        let isAtHome = place.country == "PT"
        guard type != .selfPickup, sum < (isAtHome ? 5000 : 9000) else { return 0 }
        return switch type {
        case .courier: isAtHome ? 490 : 990
        default: isAtHome ? 290 : 690
        }
    }
}

/// What an order of the made-up shop is cheaper for.
struct SampleOffer {
    let name: String?
    private let percent: Int
    private let isForTea: Bool

    init(isSale: Bool, isFirst: Bool, _ generator: inout SplitMix64) {
        let point = generator.below(100)
        switch (isSale, isFirst) {
        case (true, _) where point < 70: (name, percent, isForTea) = ("BLACK-WEEK", 20, false)
        case (_, true) where point < 35: (name, percent, isForTea) = ("WELCOME10", 10, false)
        case (_, false) where point < 9: (name, percent, isForTea) = ("TEA-TIME", 15, true)
        default: (name, percent, isForTea) = (nil, 0, false)
        }
    }

    /// The discount on one product.
    func percent(for item: SampleCatalogue.Item) -> Int { isForTea && !item.isConsumable ? 0 : percent }
}
