import Domain
import Foundation
import Logging
import Platform

/// Sets the process's log up: on standard error, readable or as JSON.
enum Logs {
    static func start(level: String, format: String) -> Logger {
        let level = Logger.Level(rawValue: level) ?? .info
        LoggingSystem.bootstrap { label in
            var handler: any LogHandler =
                format == "json" ? JSONLogHandler(label: label) : StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        return Logger(label: "reorder")
    }
}

/// One JSON object a line.
struct JSONLogHandler: LogHandler {
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    private let label: String

    init(label: String) { self.label = label }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var writer = JSONWriter(capacity: 256)
        writer.object { writer in
            for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: {
                $0.key < $1.key
            }) {
                writer.key(key.replacing("\"", with: ""))
                writer.value("\(value)")
            }
            writer.field("level", event.level.rawValue)
            writer.field("logger", label)
            writer.field("message", "\(event.message)")
            writer.field("time", Surroundings.live.now())
        }
        FileHandle.standardError.write(Data(writer.bytes + [UInt8(ascii: "\n")]))
    }
}
