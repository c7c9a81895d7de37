import Database
import Domain
import Platform
import TestSupport
import Testing

/// Former keys of a visitor go with the visitor.
struct VisitorKeyTests {
    private static let day: Int64 = 86_400

    private func count(_ services: Services) throws -> Int64 {
        try services.engine.read { tx in try tx.first("SELECT count(*) FROM visitor") { $0.integer(0) } ?? 0 }
    }

    /// A visitor who went by two keys before, and is ana where so said.
    private func services(_ clock: StillClock, isKnown: Bool) async throws -> Services {
        let services = try await Services.test(clock: clock)
        _ = try await services.customers.register([.success(.sample("ana"))], by: .test)
        let source = try services.tracking.source(EventSource.systemCode)
        var messages = [("first", "second"), ("second", "third")].flatMap { former, key in
            [
                #"{"type":"track","event":"Quiz","anonymousId":"\#(former)","messageId":"q-\#(former)"}"#,
                #"{"type":"alias","previousId":"\#(former)","anonymousId":"\#(key)","messageId":"r-\#(former)"}"#,
            ]
        }
        if isKnown { messages.append(#"{"type":"identify","anonymousId":"third","userId":"ana","messageId":"s"}"#) }
        try await services.tracking.accept(
            #"{"batch":[\#(messages.joined(separator: ","))]}"#, by: .segment, from: source)
        try await services.file()
        #expect(try count(services) == 3)
        return services
    }

    @Test(arguments: [false, true]) func `they are pruned with it`(isKnown: Bool) async throws {
        let clock = StillClock()
        let services = try await services(clock, isKnown: isKnown)
        clock.advance(seconds: (isKnown ? 729 : 59) * Self.day)
        try await EventPruning(services, logger: .quiet).prune()
        #expect(try count(services) == 3)
        clock.advance(seconds: 2 * Self.day)
        try await EventPruning(services, logger: .quiet).prune()
        #expect(try count(services) == 0)
    }

    @Test func `they are erased with the customer`() async throws {
        let services = try await services(StillClock(), isKnown: true)
        try await services.customers.erase("ana", by: .test)
        #expect(try count(services) == 0)
    }
}
