/// What bounds a rendering, so that no template can hold up a sender.
package struct TemplateLimits: Sendable {
    /// Turns of all loops together.
    package var turns = 10_000
    package var milliseconds: Int64 = 200
    package var bytes = 512 * 1024

    package init() {}
}

/// What a rendering is given beside its values.
package struct TemplateSettings: Sendable {
    package var format: TemplateFormat
    /// What `now` is, in milliseconds since 1970 UTC.
    package var now: Int64
    package var limits = TemplateLimits()
    /// Milliseconds of a clock that only goes on; nil where time is not bounded.
    package var clock: (@Sendable () -> Int64)?

    package init(format: TemplateFormat = TemplateFormat(), now: Int64, clock: (@Sendable () -> Int64)? = nil) {
        (self.format, self.now, self.clock) = (format, now, clock)
    }
}

/// What a rendering made.
package struct Rendering: Sendable {
    /// How it ended.
    package enum End: Sendable, Hashable {
        case whole
        /// By `{% stop %}`: nothing is to be sent.
        case stopped(reason: String, TemplatePosition)
        /// By a limit: nothing is to be sent.
        case exceeded(TemplateFault)
    }

    /// The text in UTF-8; only what was made until then where the end is not whole.
    package var bytes: [UInt8] = []
    package var end = End.whole
    /// What a preview shows; at most a hundred.
    package var warnings: [TemplateWarning] = []

    package var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Something that a rendering found wanting and went on without.
package struct TemplateWarning: Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable {
        /// A variable nobody gave: empty text in its place.
        case missing
        /// A loop over nothing, without `{% empty %}`.
        case emptyLoop = "empty_loop"
        /// A value that is no address, or one of a scheme that links may not have: `#` in its place.
        case refusedLink = "refused_link"
        /// A value with characters that CSS can't have here: nothing in its place.
        case refusedStyle = "refused_style"
        /// A filter given a value that it is not for, or a list or record where a text belongs.
        case unfitting
    }

    package var reason: Reason
    /// The variable or filter as it is written.
    package var subject: String
    package var position: TemplatePosition
}
