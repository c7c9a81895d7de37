import Foundation
import Testing

@testable import ReorderClient

@Suite struct AnswerTests {
    private static let date = Date(timeIntervalSince1970: 1_767_225_600)

    private func answer(_ status: Int, _ retryAfter: String? = nil, body: String = "") -> Answer {
        Answer(status: status, body: Data(body.utf8), retryAfter: retryAfter, at: Self.date)
    }

    @Test(arguments: [200, 202, 204]) func `success is taken`(status: Int) {
        #expect(answer(status) == .taken)
    }

    @Test(arguments: [400, 401, 403]) func `a refusal is told in the server's words`(status: Int) {
        let body = #"{"code":"unknown_key","message":"The write key is not known."}"#
        #expect(
            answer(status, body: body)
                == .refused(status: status, code: "unknown_key", message: "The write key is not known."))
        #expect(answer(status, body: "<html>") == .refused(status: status, code: nil, message: nil))
    }

    @Test(arguments: [404, 408, 429, 500, 503]) func `anything else is tried again`(status: Int) {
        #expect(answer(status) == .later(.unavailable(status: status), after: nil))
    }

    @Test(arguments: [
        ("7", 7.0), (" 7 ", 7), ("99999", 3600), ("Thu, 01 Jan 2026 00:00:30 GMT", 30), ("-1", nil), ("soon", nil),
        ("Thu, 01 Jan 2020 00:00:00 GMT", nil),
    ]) func `patience is asked for in seconds or as a date`(text: String, seconds: Double?) {
        #expect(answer(503, text) == .later(.unavailable(status: 503), after: seconds))
    }

    @Test func `too large is a case of its own`() {
        #expect(answer(413) == .tooLarge)
    }
}
