import Domain
import Platform
import Synchronization

/// A clock that stands until it is moved.
package final class StillClock: Sendable {
    private let instant: Mutex<Instant>

    /// The moment tests begin at when they name none: 2026-03-01T12:00:00Z.
    package static let usual = Instant(milliseconds: 1_772_366_400_000)

    package init(at instant: Instant = usual) { self.instant = Mutex(instant) }

    package var now: Instant { instant.withLock { $0 } }

    package func advance(seconds: Int64 = 1) { instant.withLock { $0 = $0.adding(seconds: seconds) } }

    package func set(_ new: Instant) { instant.withLock { $0 = new } }
}

extension Surroundings {
    /// A clock that stands, and bytes that are the same in each run and never repeat within one.
    package static func still(at clock: StillClock = StillClock()) -> Surroundings {
        let random = Mutex(Chance(seed: 1))
        return Surroundings(
            now: { clock.now },
            randomBytes: { count in
                random.withLock { random in (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
            }
        )
    }
}

/// Chance that is the same for the same seed (splitmix64).
package struct Chance: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A number of the range.
    package mutating func int(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// Whether something of so many in a hundred happens.
    package mutating func happens(_ percent: Int) -> Bool { int(1...100) <= percent }

    package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[int(0...elements.count - 1)] }
}
