import Domain
import Platform

/// The sizes of a segment over the days as a line, with the same as a table.
struct SizeLine: Sendable {
    struct Day: Sendable {
        var day: String
        var size: String
    }

    /// Points of a line in a box of 100 by 24, the latest to the right.
    var points: String
    /// The same closed below, to be filled.
    var area: String
    /// What the line says, in a sentence.
    var sentence: String
    var least: String
    var most: String
    var first: String
    var latest: String
    var days: [Day]

    private static let width = 100.0
    private static let height = 24.0

    /// Draws a line; nil where nothing was noted yet.
    init?(_ sizes: [SegmentSize], _ format: PageFormat) {
        guard let first = sizes.first, let last = sizes.last else { return nil }
        let counts = sizes.map(\.customers)
        let (low, high) = (counts.min() ?? 0, counts.max() ?? 0)
        let span = max(1, Double(last.day.number - first.day.number))
        let range = Double(max(1, high - low))
        func place(_ size: SegmentSize) -> String {
            let across = sizes.count == 1 ? Self.width : Double(size.day.number - first.day.number) / span * Self.width
            // A line that never moves runs through the middle.
            let up = high == low ? 0.5 : Double(size.customers - low) / range
            return "\(Self.tenth(across)),\(Self.tenth(Self.height - 2 - up * (Self.height - 4)))"
        }
        let placed = sizes.map(place)
        let line = sizes.count == 1 ? ["0,\(Self.tenth(Self.height / 2))"] + placed : placed
        points = line.joined(separator: " ")
        area = "0,\(Int(Self.height)) \(points) \(Int(Self.width)),\(Int(Self.height))"
        func day(_ size: SegmentSize) -> String { format.day(size.day.text) }
        (least, most) = (PageFormat.count(low), PageFormat.count(high))
        (self.first, latest) = (day(first), day(last))
        sentence =
            sizes.count == 1
            ? "\(PageFormat.count(last.customers)) on \(day(last))"
            : "From \(PageFormat.count(first.customers)) on \(day(first)) to \(PageFormat.count(last.customers)) on \(day(last))"
        days = sizes.reversed().map { Day(day: day($0), size: PageFormat.count($0.customers)) }
    }

    private static func tenth(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return tenths % 10 == 0 ? String(tenths / 10) : "\(tenths / 10).\(abs(tenths % 10))"
    }
}
