/// Whether bytes are UTF-8.
enum UTF8Check {
    /// The offset of the first byte that is not, or nil.
    static func firstBroken(in bytes: ArraySlice<UInt8>) -> Int? {
        // The standard library's check is fast but does not say where; rows that fail are few.
        if String(validating: bytes, as: UTF8.self) != nil { return nil }
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var offset = 0
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let scalar): offset += scalar.count
            case .error: return offset
            case .emptyInput: return nil
            }
        }
    }
}
