import Domain
import Platform
import Synchronization
import TestSupport
import Testing

/// What is guaranteed between a write and its answer.
struct IdempotencyServiceTests {
    private struct Killed: Error {}

    private static func answer(_ version: Int64) -> KeptAnswer {
        KeptAnswer(status: 200, headers: "", body: String(version))
    }

    /// Describes a customer in another city each time, so that each carried-out write is a version.
    private static func work(_ services: Services, city: String) async throws -> Int64 {
        var patch = CustomerPatch(externalID: "c-1")
        patch.fields.set(.city, .text(city))
        return try await services.customers.register([.success(patch)], by: .test)[0].get().profile.customer.version
    }

    private static func once(
        _ services: Services, city: String, isRepeatable: Bool = false, isKilled: Bool = false
    ) async throws -> String {
        let outcome = try await services.idempotency.once(
            "k", of: APIKey.ID(rawValue: 7), fingerprint: "f", isRepeatable: isRepeatable
        ) {
            try await work(services, city: city)
        } answer: { version in
            if isKilled { throw Killed() }
            return answer(version)
        }
        switch outcome {
        case .done(let version): return "did \(version)"
        case .repeated(let answer): return "repeated \(answer.body)"
        }
    }

    @Test func `a write whose answer was lost is not carried out again`() async throws {
        let services = try await Services.test()
        await #expect(throws: Killed.self) { try await Self.once(services, city: "Porto", isKilled: true) }
        await #expect(throws: IdempotencyError.answerLost) { try await Self.once(services, city: "Braga") }
        #expect(try services.customers.customer("c-1").customer.version == 1)
    }

    @Test func `one that may be repeated is, and answered from then on`() async throws {
        let services = try await Services.test()
        await #expect(throws: Killed.self) {
            try await Self.once(services, city: "Porto", isRepeatable: true, isKilled: true)
        }
        #expect(try await Self.once(services, city: "Porto", isRepeatable: true) == "did 1")
        #expect(try await Self.once(services, city: "Braga", isRepeatable: true) == "repeated 1")
    }

    @Test func `one that may be repeated does not undo what somebody else wrote since`() async throws {
        let services = try await Services.test()
        await #expect(throws: Killed.self) {
            try await Self.once(services, city: "Porto", isRepeatable: true, isKilled: true)
        }
        _ = try await Self.work(services, city: "Faro")
        for _ in 1...2 {
            await #expect(throws: IdempotencyError.answerLost) {
                try await Self.once(services, city: "Porto", isRepeatable: true)
            }
        }
        let customer = try services.customers.customer("c-1").customer
        #expect(customer.version == 2 && customer.fields[.city] == .text("Faro"))
    }

    @Test func `a write that was not done leaves nothing behind`() async throws {
        let services = try await Services.test()
        await #expect(throws: Killed.self) {
            _ = try await services.idempotency.once(
                "k", of: APIKey.ID(rawValue: 7), fingerprint: "f", isRepeatable: false
            ) {
                throw Killed()
            } answer: { (_: Int64) in
                nil
            }
        }
        #expect(try await Self.once(services, city: "Porto") == "did 1")
    }

    @Test func `while the first runs, the second is told to wait`() async throws {
        let services = try await Services.test()
        let (entered, hasEntered) = AsyncStream<Void>.makeStream()
        let (released, release) = AsyncStream<Void>.makeStream()
        async let first = services.idempotency.once(
            "k", of: APIKey.ID(rawValue: 7), fingerprint: "f", isRepeatable: false
        ) {
            hasEntered.finish()
            for await _ in released {}
            return try await Self.work(services, city: "Porto")
        } answer: {
            Self.answer($0)
        }
        for await _ in entered {}
        await #expect(throws: IdempotencyError.running) { try await Self.once(services, city: "Porto") }
        release.finish()
        _ = try await first
        #expect(try await Self.once(services, city: "Porto") == "repeated 1")
    }
}
