/// Finds what somebody meant who wrote something else.
enum Suggestion {
    /// The name that is fewest changes of letters away; nil where none is near.
    static func nearest(to wrong: String, among names: some Sequence<String>) -> String? {
        let letters = Array(wrong.lowercased().utf8.prefix(64))
        let most = max(1, letters.count / 3)
        var best: (name: String, distance: Int)?
        for name in names {
            let distance = distance(letters, Array(name.lowercased().utf8.prefix(64)))
            guard distance <= most else { continue }
            if let known = best, (known.distance, known.name) <= (distance, name) { continue }
            best = (name, distance)
        }
        return best?.name
    }

    /// Letters to put in, take out, replace or swap with their neighbour.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var rows = [Array(0...right.count)]
        for (row, letter) in left.enumerated() {
            var next = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(
                    rows[row][column + 1] + 1, next[column] + 1, rows[row][column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    cost = min(cost, rows[row - 1][column - 1] + 1)
                }
                next.append(cost)
            }
            rows.append(next)
        }
        return rows[left.count][right.count]
    }
}
