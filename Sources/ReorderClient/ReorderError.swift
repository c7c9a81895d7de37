/// What went wrong with events, told to `Configuration.onError` and thrown by `flush()`.
///
/// Nothing here needs to stop an app. Events that were not sent stay in the queue and are tried again, except where the
/// case says that they are lost.
public enum ReorderError: Error, Equatable, Sendable {
    /// The folder or the file of the queue can't be read or written, for the reason given. Events are sent all the same,
    /// but those not sent yet don't survive the end of the app.
    case storage(String)

    /// The event holds a value that JSON can't say, and is lost.
    case invalid(event: String)

    /// The event has more than `Configuration.largestEvent` bytes, or more than the server takes, and is lost.
    case tooLarge(event: String, bytes: Int)

    /// The queue was full, and so many of its oldest events are lost.
    case queueFull(lost: Int)

    /// The server refused a batch and would refuse it again: its events are lost.
    ///
    /// 401 and 403 mean that the write key or the source is not right, 400 that the server doesn't understand the batch.
    /// `code` and `message` are the server's words.
    case refused(status: Int, code: String?, message: String?, lost: Int)

    /// The server answered that it can't take events now; they are tried again.
    case unavailable(status: Int)

    /// The server asked for patience and was not asked again: no request is made for so many seconds yet.
    case waiting(seconds: Int)

    /// There was no answer, for the reason given: no network, a wrong address, or a server that is down. It is tried again.
    case unreachable(String)

    /// There is no consent, so nothing is stored and nothing sent.
    case consentMissing
}
