import Domain

/// How an order of the made-up shop went, from acceptance to delivery, money back or neither.
struct SampleTimeline {
    enum DeliveryType: String { case courier, selfPickup = "self-pickup", pickupPoint = "pickup point" }
    enum PaymentType: String { case card, cash, cashOnDelivery = "cash on delivery", bankTransfer = "bank transfer" }

    /// What has happened up to now, oldest first within each type.
    private(set) var past: [PastStatus] = []
    /// When the order was, or is to be, in the customer's hands.
    private(set) var arrival: Instant

    private let now: Instant

    init(
        from date: Instant,
        until now: Instant,
        _ delivery: DeliveryType,
        _ payment: PaymentType,
        _ generator: inout SplitMix64
    ) {
        (self.now, arrival) = (now, date)
        past.reserveCapacity(10)
        reach(.general, "accepted", date)
        let isPrepaid = payment == .card || payment == .bankTransfer
        reach(.payment, payment == .bankTransfer ? "invoice_issued" : "awaiting_payment", date)
        if isPrepaid, generator.chance(perThousand: 25) {
            reach(.general, "cancelled", date.later(2880...5760, &generator))
            return
        }
        var confirmed = date
        if isPrepaid {
            confirmed = date.later(payment == .card ? 1...9 : 240...4320, &generator)
            reach(.payment, "paid", confirmed)
        }
        confirmed = confirmed.later(5...240, &generator)
        reach(.general, "confirmed", confirmed)
        if generator.chance(perThousand: 45) {
            let cancelled = confirmed.later(10...1200, &generator)
            reach(.general, "cancelled", cancelled)
            if isPrepaid { reach(.payment, "refunded", cancelled.later(30...2880, &generator)) }
            return
        }
        let started = confirmed.later(20...600, &generator)
        reach(.general, "in_progress", started)
        reach(.delivery, "assembling", started)
        deliver(delivery, from: started, &generator)
        let finished = arrival.later(5...900, &generator)
        if !isPrepaid { reach(.payment, "paid", arrival.later(0...4, &generator)) }
        reach(.general, "completed", finished)
        if generator.chance(perThousand: 28) {
            reach(.payment, "refunded", finished.later(1440...17_280, &generator))
        }
    }

    /// The latest status of each type.
    var statuses: [OrderStatusType: Patch<String>] {
        var statuses = [OrderStatusType: Patch<String>](minimumCapacity: 3)
        for step in past { statuses[step.type] = .set(step.code) }
        return statuses
    }

    private mutating func deliver(
        _ delivery: DeliveryType,
        from started: Instant,
        _ generator: inout SplitMix64
    ) {
        var place = started
        switch delivery {
        case .courier:
            place = place.later(120...1560, &generator)
            reach(.delivery, "shipped", place)
            arrival = place.later(360...4200, &generator)
        case .pickupPoint:
            place = place.later(120...1560, &generator)
            reach(.delivery, "shipped", place)
            place = place.later(1080...3600, &generator)
            reach(.delivery, "at_pickup_point", place)
            arrival = place.later(120...5400, &generator)
        case .selfPickup:
            place = place.later(60...480, &generator)
            reach(.delivery, "at_pickup_point", place)
            arrival = place.later(120...4320, &generator)
        }
        reach(.delivery, "delivered", arrival)
    }

    private mutating func reach(_ type: OrderStatusType, _ code: String, _ instant: Instant) {
        if instant <= now { past.append(PastStatus(type: type, code: code, at: instant)) }
    }
}

extension Instant {
    /// Returns a moment so many minutes later.
    fileprivate func later(_ minutes: ClosedRange<Int>, _ generator: inout SplitMix64) -> Instant {
        adding(seconds: Int64(generator.number(minutes.lowerBound * 60...minutes.upperBound * 60)))
    }
}
