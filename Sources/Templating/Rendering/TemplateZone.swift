import Foundation

/// A time zone as a table of its changes of clocks, so that telling local time costs a few nanoseconds.
///
/// Made once per zone (some milliseconds) and kept by who needs it. It holds from 1950 to 2080.
package struct TemplateZone: Sendable {
    package static let utc = TemplateZone(starts: [.min], offsets: [0])

    private let starts: [Int64]
    private let offsets: [Int64]

    private init(starts: [Int64], offsets: [Int64]) {
        self.starts = starts
        self.offsets = offsets
    }

    package init(_ zone: TimeZone) {
        func offset(_ milliseconds: Int64) -> Int64 {
            let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            return Int64(zone.secondsFromGMT(for: date)) * 1000
        }
        // Twice a month for a century and a half is close enough: clocks that change stay for longer.
        let step: Int64 = 14 * 86_400_000
        var moment: Int64 = -20 * 365 * 86_400_000
        var (starts, offsets) = ([Int64.min], [offset(moment)])
        while moment < 110 * 365 * 86_400_000 {
            let next = moment + step
            if offset(next) != offsets[offsets.count - 1] {
                var (before, after) = (moment, next)
                while after - before > 1000 {
                    let middle = before + (after - before) / 2000 * 1000
                    if offset(middle) == offsets[offsets.count - 1] { before = middle } else { after = middle }
                }
                starts.append(after)
                offsets.append(offset(after))
            }
            moment = next
        }
        self.init(starts: starts, offsets: offsets)
    }

    /// What a clock of the zone shows, as milliseconds since 1970 read as if UTC.
    func local(_ milliseconds: Int64) -> Int64 { milliseconds &+ offset(at: milliseconds) }

    /// How far clocks of the zone are ahead of UTC at a moment, in milliseconds.
    package func offset(at milliseconds: Int64) -> Int64 {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= milliseconds { low = middle } else { high = middle }
        }
        return offsets[low]
    }
}
