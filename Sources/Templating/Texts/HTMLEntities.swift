/// Decodes the references of HTML: `&amp;`, `&#8364;`, `&eacute;`.
enum HTMLEntities {
    static func decoded(_ bytes: some Collection<UInt8>) -> String {
        guard bytes.contains(UInt8(ascii: "&")) else { return String(decoding: bytes, as: UTF8.self) }
        let bytes = Array(bytes)
        var (result, index) = ([UInt8](), 0)
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "&"), let (text, end) = reference(bytes[(index + 1)...]) {
                result.append(contentsOf: text.utf8)
                index = end
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// What a reference stands for, and where the text goes on.
    private static func reference(_ rest: ArraySlice<UInt8>) -> (String, Int)? {
        if rest.first == UInt8(ascii: "#") { return number(rest.dropFirst()) }
        let name = rest.prefix(10).prefix { $0.isLetter || $0.isDigit }
        guard let text = named[String(decoding: name, as: UTF8.self)] else { return nil }
        let end = name.endIndex
        return (text, end < rest.endIndex && rest[end] == UInt8(ascii: ";") ? end + 1 : end)
    }

    private static func number(_ rest: ArraySlice<UInt8>) -> (String, Int)? {
        let isHex = rest.first?.lowercased == UInt8(ascii: "x")
        let digits = rest.dropFirst(isHex ? 1 : 0).prefix(8).prefix {
            $0.isDigit || (isHex && (0x61...0x66).contains($0.lowercased))
        }
        guard let code = UInt32(String(decoding: digits, as: UTF8.self), radix: isHex ? 16 : 10) else { return nil }
        let end = digits.endIndex
        let text = code == 0 ? "\u{fffd}" : UnicodeScalar(code).map(String.init) ?? "\u{fffd}"
        return (text, end < rest.endIndex && rest[end] == UInt8(ascii: ";") ? end + 1 : end)
    }

    private static let named: [String: String] = {
        var table = [
            "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "AMP": "&", "LT": "<", "GT": ">", "QUOT": "\"",
        ]
        for entry in codes.split(whereSeparator: \.isWhitespace) {
            let parts = entry.split(separator: "=")
            table[String(parts[0])] = UInt32(parts[1]).flatMap(UnicodeScalar.init).map(String.init)
        }
        return table
    }()

    /// Names with their code points: Latin-1, and the signs that mails use.
    private static let codes = """
        AElig=198 Aacute=193 Acirc=194 Agrave=192 Aring=197 Atilde=195 Auml=196 Ccedil=199 Dagger=8225 ETH=208
        Eacute=201 Ecirc=202 Egrave=200 Euml=203 Iacute=205 Icirc=206 Igrave=204 Iuml=207 Ntilde=209 OElig=338
        Oacute=211 Ocirc=212 Ograve=210 Oslash=216 Otilde=213 Ouml=214 Prime=8243 Scaron=352 THORN=222 Uacute=218
        Ucirc=219 Ugrave=217 Uuml=220 Yacute=221 Yuml=376 aacute=225 acirc=226 acute=180 aelig=230 agrave=224
        aring=229 asymp=8776 atilde=227 auml=228 bdquo=8222 brvbar=166 bull=8226 ccedil=231 cedil=184 cent=162
        circ=710 clubs=9827 copy=169 curren=164 dagger=8224 darr=8595 deg=176 diams=9830 divide=247 eacute=233
        ecirc=234 egrave=232 emsp=8195 ensp=8194 eth=240 euml=235 euro=8364 fnof=402 frac12=189 frac14=188
        frac34=190 ge=8805 harr=8596 hearts=9829 hellip=8230 iacute=237 icirc=238 iexcl=161 igrave=236 infin=8734
        iquest=191 iuml=239 laquo=171 larr=8592 ldquo=8220 le=8804 lrm=8206 lsaquo=8249 lsquo=8216 macr=175
        mdash=8212 micro=181 middot=183 minus=8722 nbsp=160 ndash=8211 ne=8800 not=172 ntilde=241 oacute=243
        ocirc=244 oelig=339 ograve=242 ordf=170 ordm=186 oslash=248 otilde=245 ouml=246 para=182 permil=8240
        plusmn=177 pound=163 prime=8242 raquo=187 rarr=8594 rdquo=8221 reg=174 rlm=8207 rsaquo=8250 rsquo=8217
        sbquo=8218 scaron=353 sect=167 shy=173 spades=9824 sup1=185 sup2=178 sup3=179 szlig=223 thinsp=8201
        thorn=254 tilde=732 times=215 trade=8482 uacute=250 uarr=8593 ucirc=251 ugrave=249 uml=168 uuml=252
        yacute=253 yen=165 yuml=255 zwj=8205 zwnj=8204
        """
}
