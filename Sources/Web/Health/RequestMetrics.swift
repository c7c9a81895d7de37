import HTTPTypes
import Hummingbird
import Logging
import Synchronization

/// Counts requests by route and status, with how long they took.
final class RequestMetrics: Sendable {
    /// Upper bounds of the histogram, in microseconds.
    private static let bounds: [Int64] = [500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000]

    private struct Key: Hashable {
        var method: String
        var route: String
        var status: Int
    }

    private struct Series {
        var counts = [Int](repeating: 0, count: RequestMetrics.bounds.count + 1)
        var sum: Int64 = 0
    }

    private let series = Mutex<[Key: Series]>([:])

    func note(method: String, route: String, status: Int, microseconds: Int64) {
        let bucket = Self.bounds.firstIndex { microseconds <= $0 } ?? Self.bounds.count
        series.withLock { series in
            series[Key(method: method, route: route, status: status), default: Series()].counts[bucket] += 1
            series[Key(method: method, route: route, status: status)]?.sum += microseconds
        }
    }

    func write(to text: inout PrometheusText) {
        let name = "reorder_http_request_seconds"
        text.head(name, .histogram, "Requests by route and status, with how long they took.")
        let series = series.withLock { $0 }
        for (key, values) in series.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            let labels = "method=\"\(key.method)\",route=\"\(key.route)\",status=\"\(key.status)\""
            var count = 0
            for (bound, more) in zip(Self.bounds, values.counts) {
                count += more
                text.line("\(name)_bucket{\(labels),le=\"\(Double(bound) / 1_000_000)\"}", Double(count))
            }
            count += values.counts[Self.bounds.count]
            text.line("\(name)_bucket{\(labels),le=\"+Inf\"}", Double(count))
            text.line("\(name)_sum{\(labels)}", Double(values.sum) / 1_000_000)
            text.line("\(name)_count{\(labels)}", Double(count))
        }
    }
}

/// Tells `RequestMetrics` and the log of each request; a slow answer says how long it took.
struct MetricsMiddleware: RouterMiddleware {
    typealias Context = WebContext

    let requests: RequestMetrics
    let logger: Logger

    /// Answers that took longer say so, in microseconds.
    private static let slow: Int64 = 100_000

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var response = try await next(request, context)
        let spent = (ContinuousClock.now - start).components
        let microseconds = spent.seconds * 1_000_000 + spent.attoseconds / 1_000_000_000_000
        requests.note(
            method: request.method.rawValue, route: context.route, status: response.status.code,
            microseconds: microseconds
        )
        let isSlow = microseconds > Self.slow
        guard isSlow || logger.logLevel <= .debug else { return response }
        let milliseconds = "\(microseconds / 1000).\(microseconds % 1000 / 100)"
        if isSlow { response.headers[.serverTiming] = "total;dur=\(milliseconds)" }
        logger.log(
            level: isSlow ? .info : .debug, "\(request.method) \(context.route)",
            metadata: [
                "request": "\(context.requestID)", "status": "\(response.status.code)", "ms": "\(milliseconds)",
            ]
        )
        return response
    }
}

/// Figures in the text form that Prometheus reads.
struct PrometheusText {
    enum Kind: String { case counter, gauge, histogram }

    private(set) var text = ""

    mutating func head(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func line(_ series: String, _ value: Double) {
        text += "\(series) \(value == value.rounded() ? String(Int64(value)) : String(value))\n"
    }

    /// A histogram without labels, of counts that are not added up yet.
    mutating func histogram(_ name: String, _ help: String, _ buckets: [(bound: String, count: Int)], sum: Double) {
        head(name, .histogram, help)
        var total = 0
        for bucket in buckets {
            total += bucket.count
            line("\(name)_bucket{le=\"\(bucket.bound)\"}", Double(total))
        }
        line("\(name)_bucket{le=\"+Inf\"}", Double(total))
        line("\(name)_sum", sum)
        line("\(name)_count", Double(total))
    }

    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        head(name, kind, help)
        line(name, value)
    }
}
