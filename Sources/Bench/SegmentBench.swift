import Domain
import Foundation
import Platform
import Segmentation
import Synchronization

/// An index of the made-up shop that does what it is told line by line; `Scripts/bench_segments.py` tells it.
///
/// Each line is a word and what it is about; each answer a line of JSON.
struct SegmentBench {
    private var index: SegmentIndex?
    private var live: LiveSegments?
    private let context = ConditionContext(
        registry: SegmentShop.registry, statuses: SegmentShop.book, calendar: SegmentShop.calendar)
    private let shop: SegmentShop?

    /// Builds the index from orders, and writes their rows into a folder.
    static func build(customers: Int, orders: Int, folder: String) throws {
        let shop = SegmentShop(customers: customers, orders: orders)
        let files = try SegmentFiles(folder: folder)
        var index = SegmentIndex(SegmentShop.registry, SegmentShop.book)
        for place in shop.shop.products.indices {
            index.put(shop.product(at: place))
            try files.add(shop.product(at: place))
        }
        var lines = 0
        let start = ContinuousClock.now
        try index.load { index in
            for place in 0..<customers {
                let customer = shop.customer(at: place)
                index.put(customer)
                try files.add(customer)
            }
            for place in 0..<orders {
                let (order, stays) = try shop.order(at: place)
                lines += order.lines.count
                index.put(order, stays: stays, replacing: nil)
                try files.add(order, SegmentShop.book)
            }
        }
        try files.close()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        say(
            "{\"lines\":\(lines),\"bytes\":\(index.byteCount),\"seconds\":\(seconds),"
                + "\"threads\":\(SegmentIndex.standardWorkers)}")
        var bench = SegmentBench(index: index, shop: shop)
        index = SegmentIndex(SegmentShop.registry, SegmentShop.book)
        try bench.serve()
    }

    /// Starts from a snapshot.
    static func read(_ file: String) throws {
        let start = ContinuousClock.now
        var (index, _) = try SegmentIndex.read(
            from: URL(fileURLWithPath: file), SegmentShop.registry, SegmentShop.book)
        // Products are not in a snapshot.
        let shop = SegmentShop(customers: 0, orders: 0)
        for place in shop.shop.products.indices { index.put(shop.product(at: place)) }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        say("{\"customers\":\(index.customerCount),\"seconds\":\(seconds)}")
        var bench = SegmentBench(index: index, shop: nil)
        try bench.serve()
    }

    private init(index: SegmentIndex, shop: SegmentShop?) { (self.index, self.shop) = (index, shop) }

    private mutating func serve() throws {
        while let line = readLine() {
            let (word, rest) = Self.parted(line)
            switch word {
            case "ask": try ask(rest)
            case "write": try write(rest)
            case "segment": try add(rest)
            case "apply": try apply(Int(rest) ?? 0)
            default: throw BenchError("“\(word)” is nothing that can be done.")
            }
        }
    }

    private static func parted(_ line: String) -> (word: String, rest: String) {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        return (words.first ?? "", words.dropFirst().first ?? "")
    }

    // MARK: What can be done

    /// Asks a tree, and tells the sum and the parity of the members' identifiers as well, which are not in the time.
    private func ask(_ tree: String) throws {
        guard let index else { return }
        let condition = try Condition.parse(tree, context)
        let question = SegmentQuestion(now: SegmentShop.now, calendar: SegmentShop.calendar)
        let start = ContinuousClock.now
        let set = index.customers(fulfilling: condition, question)
        let count = set.count
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let ids = index.ids(of: set).map(\.rawValue)
        Self.say(
            "{\"count\":\(count),\"sum\":\(ids.reduce(0, &+)),\"parity\":\(ids.reduce(0, ^)),\"seconds\":\(seconds)}")
    }

    private func write(_ file: String) throws {
        guard let index else { return }
        let start = ContinuousClock.now
        try index.write(to: URL(fileURLWithPath: file), place: 0)
        Self.say("{\"seconds\":\((ContinuousClock.now - start) / .seconds(1))}")
    }

    /// Makes a tree live.
    private mutating func add(_ tree: String) throws {
        if let index { live = LiveSegments(index, SegmentShop.calendar, at: SegmentShop.now) }
        index = nil
        let start = ContinuousClock.now
        let condition = try Condition.parse(tree, context)
        let name = "s\(live?.count ?? 0)"
        _ = live?.add(name, condition)
        Self.say("{\"seconds\":\((ContinuousClock.now - start) / .seconds(1))}")
    }

    /// Applies orders that are new, one after the other, and tells microseconds of the processor's time.
    ///
    /// Of every tenth the steps are measured, and the others as a whole, since looking at the clock takes time too.
    private mutating func apply(_ count: Int) throws {
        guard let shop, live != nil, count > 0 else { return }
        let laps = Mutex<Laps>(Laps())
        let measure: @Sendable (LiveSegments.Step) -> Void = { step in laps.withLock { $0.end(step) } }
        var (times, moves) = ([Double](), 0)
        for number in 0..<count {
            // Somebody orders anew what was ordered before.
            let (old, stays) = try shop.order(at: number * 7919 % shop.shop.orders.count)
            let at = SegmentShop.now.adding(seconds: Int64(number / 10))
            var order = Order(
                id: .init(rawValue: old.id.rawValue + 1 << 50), externalID: "N\(number)", customer: old.customer,
                date: at,
                createdAt: at)
            (order.fields, order.lines, order.statuses) = (old.fields, old.lines, old.statuses)
            let isInSteps = number % 10 == 9
            live?.afterStep = isInSteps ? measure : nil
            let start = Laps.now
            laps.withLock { $0.last = start }
            moves += live?.put(order, stays: stays, replacing: nil, at: at).count ?? 0
            if !isInSteps { times.append(Laps.now - start) }
        }
        times.sort()
        let mean = times.reduce(0, +) / Double(max(times.count, 1))
        let steps = laps.withLock { laps in
            LiveSegments.Step.allCases.map { "\"\($0.rawValue)\":\(laps.median(of: $0))" }.joined(separator: ",")
        }
        Self.say(
            "{\"median\":\(times[times.count / 2]),\"mean\":\(mean),\"p99\":\(times[times.count * 99 / 100]),\"moves\":\(moves),"
                + "\"steps\":{\(steps)}}")
    }

    private static func say(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }
}

/// How long each step took, each time.
private struct Laps: Sendable {
    var last = 0.0
    private var times: [LiveSegments.Step: [Double]] = [:]

    mutating func end(_ step: LiveSegments.Step) {
        times[step, default: []].append(Self.now - last)
        last = Self.now
    }

    func median(of step: LiveSegments.Step) -> Double {
        let sorted = (times[step] ?? []).sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }

    /// Microseconds that this thread has been given so far.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }
}
