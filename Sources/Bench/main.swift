import Foundation

/// The parts of the measurements that run in process; `Scripts/bench.py` calls them, each in a process of its own.
let usage = """
    usage: reorder-bench prepare DIR ORDERS [--shuffled]   a project without orders, and orders.ndjson
           reorder-bench import DATA FILE                  imports the file, as JSON: seconds, commits, orders
           reorder-bench plain FROM TO COMMITS             inserts FROM's rows into TO, as JSON: seconds, rows
           reorder-bench segments CUSTOMERS ORDERS DIR     an index of a made-up shop, and its rows as CSV; then does
                                                           what each line says (ask TREE, segment TREE, apply N, write FILE)
           reorder-bench snapshot FILE                     the same from a snapshot
    The first two take --database URL as their last words, for data on a server.
    """
var arguments = Array(CommandLine.arguments.dropFirst())
let server = arguments.suffix(2).first == "--database" ? arguments.last : nil
if server != nil { arguments.removeLast(2) }

func report(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

do {
    switch (arguments.first, arguments.count) {
    case ("prepare", 3...):
        let isShuffled = arguments.contains("--shuffled")
        try await ImportBench.prepare(
            arguments[1], orders: Int(arguments[2]) ?? 0, isShuffled: isShuffled, server: server)
    case ("import", 3):
        print(try await ImportBench.run(data: arguments[1], file: arguments[2], server: server))
    case ("plain", 4):
        let rows = try PlainRows(database: arguments[1])
        let seconds = try rows.insert(into: arguments[2], commits: Int(arguments[3]) ?? 1)
        print("{\"rows\":\(rows.count),\"seconds\":\(seconds)}")
    case ("segments", 4):
        try SegmentBench.build(
            customers: Int(arguments[1]) ?? 0, orders: Int(arguments[2]) ?? 0, folder: arguments[3])
    case ("snapshot", 2): try SegmentBench.read(arguments[1])
    default:
        report(usage)
        exit(2)
    }
} catch {
    report("reorder-bench: \(error)")
    exit(1)
}
