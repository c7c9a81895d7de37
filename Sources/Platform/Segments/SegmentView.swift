import Dispatch
import Domain
import Segmentation
import Synchronization

/// Everybody and all segments as of a moment; later commits do not alter it.
package struct SegmentView: Sendable {
    private let live: LiveSegments
    package let question: SegmentQuestion

    init(_ live: LiveSegments, at now: Instant) {
        self.live = live
        let named = live.named
        question = SegmentQuestion(now: max(now, live.now), calendar: live.calendar) { named[$0] }
    }

    package var index: SegmentIndex { live.index }

    /// Who fulfils a tree.
    package func customers(fulfilling condition: Condition) -> CustomerSet {
        // Who is in a segment is known.
        if case .segment(let code) = condition, let members = live.members(of: code) { return members }
        return index.customers(fulfilling: condition, question)
    }

    /// Up to so many of a set by their identifiers, from the one after `customer` on.
    package func page(of set: CustomerSet, after customer: Customer.ID?, limit: Int) -> [Customer.ID] {
        var first: [Customer.ID] = []
        guard limit > 0 else { return [] }
        for id in index.ids(of: set) where customer.map({ $0 < id }) ?? true {
            if first.count == limit, let last = first.last, last < id { continue }
            // They come in the order of identifiers, nearly always.
            let place = first.lastIndex { $0 < id }.map { $0 + 1 } ?? 0
            first.insert(id, at: place)
            if first.count > limit { first.removeLast() }
        }
        return first
    }

    /// The segments a customer is in.
    package func segments(of customer: Customer.ID) -> [String] { live.segments(of: customer) }

    /// Who is in a segment; nil of one that is not asked, as an audience.
    package func members(of code: String) -> CustomerSet? { live.members(of: code) }
}

extension SegmentView {
    /// Threads of their own: those that answer requests are as many as processors, and a question goes through everybody.
    private static let queues = (1...2).map { DispatchQueue(label: "reorder-question-\($0)") }
    private static let turn = Atomic<Int>(0)

    /// Asks away from the threads that answer requests.
    func ask<Result: Sendable>(_ body: @escaping @Sendable (SegmentView) -> Result) async -> Result {
        let turn = Self.turn.wrappingAdd(1, ordering: .relaxed).oldValue
        return await withCheckedContinuation { continuation in
            Self.queues[turn % Self.queues.count].async { continuation.resume(returning: body(self)) }
        }
    }
}
