import Database
import Domain
import Foundation
import HTTPTypes
import Platform
import Storage
import TestSupport
import Testing
import Web

/// The doors for events of a whole product, with a source whose key is known.
struct DoorFixture: Sendable {
    let api: APIClient
    let services: Services
    let source: EventSource

    static let visitor = "2f1c0000000000000000000000000000"
    static let page = "https://shop.example"

    static func with(
        settings: WebSettings = WebSettings(), services: Services? = nil,
        _ configure: (inout EventSourcePatch) -> Void = { _ in },
        _ body: @escaping @Sendable (DoorFixture) async throws -> Void
    ) async throws {
        let services = if let services { services } else { try await Services.test() }
        var patch = EventSourcePatch()
        (patch.code, patch.name, patch.domains) = ("larkspur", "Larkspur", ["shop.example", "*.larkspur.example"])
        configure(&patch)
        let source = try await services.tracking.create(patch)
        try await withAPI(services, settings: settings, scopes: nil) { api in
            try await body(DoorFixture(api: api, services: services, source: source))
        }
    }

    var key: String { source.keys.first?.text ?? "" }
    var basic: String { "Basic " + Data("\(key):".utf8).base64EncodedString() }

    /// Sends events as the tracker does.
    func track(
        _ events: String, key: String? = nil, headers: [String: String] = ["Origin": page], source: String? = nil
    ) async throws -> APIClient.Answer {
        let named = source.map { #","source":"\#($0)""# } ?? ""
        let body = #"{"sent":\#(services.surroundings.now().milliseconds)\#(named),"events":[\#(events)]}"#
        var headers = headers
        headers["Content-Type"] = "text/plain;charset=UTF-8"
        return try await api.post("/tracker/events?key=\(key ?? self.key)", body, headers: headers)
    }

    /// An event as the tracker writes it.
    func event(_ id: String, _ members: String, visitor: String = visitor) -> String {
        let time = services.surroundings.now().milliseconds
        return #"{"id":"\#(id)","visitor":"\#(visitor)","session":"s1","time":\#(time),\#(members)}"#
    }

    /// Sends a body as clients of the Segment convention do.
    func send(_ call: String, _ body: String, headers: [String: String] = [:]) async throws -> APIClient.Answer {
        try await api.post("/v1/\(call)", body, headers: ["Authorization": basic].merging(headers) { $1 })
    }

    /// Files all that came.
    func file() async throws { try await EventFiling(services, logger: .quiet).finish() }

    /// How many bodies wait.
    var waiting: Int { get throws { try services.engine.read { try TrackedInboxStore().load($0).bodies } } }

    /// The names of a customer's events, the first first.
    func names(of customer: String) async throws -> [String] {
        try await file()
        return try services.tracking.events(of: customer, limit: 100).page.map(\.call.name).reversed()
    }

    /// Why messages were refused.
    func refusals() async throws -> [String] {
        try await file()
        return try await services.tracking.refusals(of: source.id).map(\.refusal.code).reversed()
    }
}
