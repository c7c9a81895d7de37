/// Tells each value of a template what place it stands in, following the text along all its ways.
struct Placing<Tracker: PlaceTracker> {
    private let bytes: [UInt8]
    private let sites: [TemplatePosition]
    private(set) var faults: [TemplateFault] = []

    private let start: Tracker

    init(_ bytes: [UInt8], _ sites: [TemplatePosition], _ start: Tracker) {
        (self.bytes, self.sites, self.start) = (bytes, sites, start)
    }

    /// - Parameter isWhole: Whether all of the text could be read, so that its end means something.
    mutating func place(_ nodes: inout [Node], end: TemplatePosition, isWhole: Bool) {
        var tracker = start
        walk(&nodes, &tracker, TemplatePosition(line: 1, column: 1))
        if isWhole, let unfinished = tracker.unfinished { add(unfinished, end) }
    }

    private mutating func add(_ misplaced: Misplaced, _ position: TemplatePosition) {
        let fault = TemplateFault(position, misplaced.message, mend: misplaced.mend)
        if faults.count < TemplateParser.maxFaults, !faults.contains(fault) { faults.append(fault) }
    }

    /// - Parameter near: Where a fault of the text itself is told: the last place known before it.
    private mutating func walk(_ nodes: inout [Node], _ tracker: inout Tracker, _ near: TemplatePosition) {
        var near = near
        for index in nodes.indices {
            do throws(Misplaced) {
                switch nodes[index] {
                case .text(let range): try tracker.read(bytes[range])
                case .print(let print):
                    near = sites[print.site]
                    let placed = Print(print, at: try tracker.place())
                    if placed.breaksLines, placed.place != .html {
                        throw Misplaced(
                            message: "breaks has a meaning only between tags of HTML.", mend: "Take it out.")
                    }
                    nodes[index] = .print(placed)
                case .branch(let shared):
                    var branch = shared.value
                    walk(&branch, &tracker, near)
                    nodes[index] = .branch(Shared(branch))
                case .loop(let shared):
                    var loop = shared.value
                    walk(&loop, &tracker)
                    nodes[index] = .loop(Shared(loop))
                case .stop: break
                }
            } catch {
                add(error, near)
            }
        }
    }

    private mutating func walk(_ branch: inout Branch, _ tracker: inout Tracker, _ near: TemplatePosition) {
        var ends = branch.hasElse ? [] : [tracker]
        for index in branch.arms.indices {
            var inner = tracker
            walk(&branch.arms[index].nodes, &inner, sites[branch.arms[index].site])
            ends.append(inner)
        }
        tracker =
            join(ends, sites[branch.arms[0].site], "The arms of this if end in different places of the HTML.")
            ?? tracker
    }

    private mutating func walk(_ loop: inout Loop, _ tracker: inout Tracker) {
        let site = sites[loop.site]
        var start = tracker
        // What one turn leaves is where the next begins; a few passes tell all that can be.
        for _ in 0..<4 {
            var inner = start
            walk(&loop.body, &inner, site)
            guard let joined = join([start, inner], site, "This loop ends in another place of the HTML than it began.")
            else {
                return
            }
            if joined == start { return finish(&loop, start, &tracker) }
            start = joined
        }
        add(
            Misplaced(message: "What this loop writes is too involved to be made safe.", mend: "Make it simpler."), site
        )
    }

    private mutating func finish(_ loop: inout Loop, _ start: Tracker, _ tracker: inout Tracker) {
        let site = sites[loop.site]
        var empty = tracker
        walk(&loop.empty, &empty, site)
        tracker = join([start, empty], site, "The loop and its empty end in different places of the HTML.") ?? tracker
    }

    private mutating func join(_ ends: [Tracker], _ site: TemplatePosition, _ message: String) -> Tracker? {
        guard var joined = ends.first else { return nil }
        for end in ends.dropFirst() {
            guard let both = joined.joined(with: end) else {
                add(Misplaced(message: message, mend: "Put whole tags and whole quotes into each part."), site)
                return nil
            }
            joined = both
        }
        return joined
    }
}
