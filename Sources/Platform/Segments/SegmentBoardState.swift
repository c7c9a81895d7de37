import Domain
import Segmentation

extension SegmentBoard {
    /// What is taken in, in the order of commits.
    enum News: Sendable {
        case changes([SegmentChange], at: Instant)
        /// What holds for the whole shop.
        case reference(ReferenceBoard.Reference)
        case time(Instant)
    }

    /// Live segments with what they were made of.
    struct Standing: Sendable {
        var live: LiveSegments
        var ground: SegmentGround

        /// Takes news in, and returns what is to be written down.
        mutating func take(_ news: News) -> [Job] {
            switch news {
            case .changes(let changes, let now):
                live.together(at: now) { live in changes.flatMap { live.take($0, at: now) } }.map(Job.move)
            case .reference(let reference): ground.follow(reference, &live)
            case .time(let now): live.isEmpty ? [] : live.advance(to: now).map(Job.move)
            }
        }

        /// Takes in again what the index may know of already.
        mutating func repeatChanges(_ batches: [(changes: [SegmentChange], at: Instant)]) {
            for batch in batches {
                for change in batch.changes { _ = live.take(change, isReplay: true, at: batch.at) }
            }
        }

        /// Whether news is taken in within a few milliseconds.
        mutating func isQuick(_ news: News) -> Bool {
            switch news {
            case .changes(let changes, let now):
                live.isEmpty
                    || changes.count <= Self.quickLimit && changes.allSatisfy(\.isOfOne) && live.isQuick(at: now)
            case .reference: false
            case .time(let now): live.isEmpty || !live.awaitsScores && live.isQuick(at: now)
            }
        }

        /// Changes of one commit that are waited for.
        private static let quickLimit = 500
    }

    struct State {
        /// Nil while the board sleeps, and while a long review has it.
        var standing: Standing?
        /// What came since a long review has the standing; nil where none has.
        var waiting: [News]?
        /// What is done as soon as a long review gives the standing back.
        var settled: [@Sendable (inout State) -> Void] = []
        /// What came since a building of the index began; nil where none runs.
        var missed: [(changes: [SegmentChange], at: Instant)]?
        /// Whether somebody writes moves down; otherwise they are forgotten, and found again by comparing.
        var isKept = false
        var jobs: [Job] = []
        /// Whether commits may have been missed, or history reads otherwise: it is to be built anew.
        var isInDoubt = false
        /// How often somebody was erased, and how often when the index was read: it may still have the words of those who were erased
        /// since, which no file may hold.
        var stains = 0
        var cleanStains = 0
        /// The snapshot that there is.
        var saved: Saved?
        /// The statuses that were published last.
        var book = StatusBook()
        /// Statuses that came since, of which history may tell from before.
        var newStatuses: [OrderStatus] = []
        /// What events and containers were read with.
        var tracked = TrackedGround()
        /// Rises with each change, so that a snapshot knows whether it is worth its while.
        var changeCount = 0

        struct Saved: Sendable {
            var token: Int64
            var changeCount: Int
            var place: Int64
            var at: Instant
        }

        var isOpen: Bool { standing != nil || waiting != nil }

        var isSettled: Bool { isOpen && !isInDoubt && newStatuses.isEmpty }

        /// Notes what history may tell otherwise by other statuses.
        mutating func follow(_ new: StatusBook) {
            defer { book = new }
            guard book.statuses != new.statuses else { return }
            let (before, after) = (Set(book.statuses.map(\.id)), Set(new.statuses.map(\.id)))
            // What history says of a status that is no more is said of none.
            if !before.isSubset(of: after) { isInDoubt = true }
            newStatuses += new.statuses.filter { !before.contains($0.id) }
        }

        /// Notes what is to be written down, and returns whether there is anything.
        mutating func note(_ new: [Job]) -> Bool {
            guard isKept, !new.isEmpty else { return false }
            jobs += new
            return true
        }
    }
}

extension SegmentChange {
    /// Whether one customer alone is asked after it; else it may be everybody.
    fileprivate var isOfOne: Bool {
        switch self {
        case .customer, .customerGone, .order, .orderGone, .receipt, .receiptGone, .event, .eventGone, .container,
            .containerGone, .tracked:
            true
        case .products, .catalogue, .audience, .members: false
        }
    }
}
