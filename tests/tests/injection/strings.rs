//! The texts.

use std::fmt::Write;

/// Texts that can stand on one line.
pub(crate) const LINES: [&str; 36] = [
    // SQL.
    "'; DROP TABLE accounts; --",
    "' OR '1'='1",
    "\\'; DELETE FROM slots; #",
    "\" UNION SELECT password_hash FROM accounts --",
    "1); SELECT pg_sleep(9)--",
    "%' AND SLEEP(9) AND '%'='",
    "%_\\%",
    // Pages.
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'-alert(1)-'",
    "</title></textarea><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "&lt;b&gt;&#60;i&#62;&amp;",
    "<![CDATA[<!ENTITY x SYSTEM \"file:///etc/passwd\">]]>",
    // Templates.
    "{{7*7}}{% include 'booked.txt' %}{# x #}",
    "${7*7}#{7*7}<%= 7*7 %>@(7*7)",
    "${jndi:ldap://127.0.0.1:1/a}",
    "%s%n%x%d{0}",
    // Spreadsheets.
    "=HYPERLINK(\"http://127.0.0.1:1\",\"x\")",
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    // Calendars and mails.
    "x;y,z:w\\n\\,ATTENDEE:mailto:evil@example.org",
    "END:VEVENT",
    "\"Bcc\" <evil@example.org>, x",
    "=?utf-8?q?Bcc=3A_evil=40example.org?=",
    // JSON, paths and commands.
    "\",\"role\":\"admin\",\"x\":\"",
    "\\u0000\\u000d\\u000a",
    "../../../../etc/passwd",
    "..\\..\\..\\windows\\win.ini",
    "%2e%2e%2f%00",
    "$(id)`id`|id;id&id",
    // Scripts and spellings.
    "a\u{200b}b\u{200d}c\u{feff}d",
    "👩🏾‍⚕️🩺\u{10ffff}\u{ffff}\u{fdd0}",
    "Ọlájùmọ̀kẹ́ e\u{301} \u{212b} ﬁ İıſK",
    "الطبيب 医生 ドクター",
];

/// Texts of more than one line, that nobody can see or type, or that are not read as they are written.
pub(crate) const OTHERS: [&str; 14] = [
    "x\r\nBcc: evil@example.org\r\n\r\nforged",
    "x\nATTENDEE:mailto:evil@example.org\nEND:VEVENT",
    "x\r\n ATTENDEE:mailto:evil@example.org",
    "x\n2026-01-01T00:00:00.000Z ERROR http: forged",
    "x\u{1b}[2J\u{1b}]0;forged\u{7}",
    "x\u{8}\u{8}\u{7f}",
    "x\u{85}forged",
    "x\u{2028}forged\u{2029}",
    "\t=1+1",
    "x\0forged",
    "\0",
    "x\u{9b}31m",
    "\u{202e}txt.exe\u{202c}",
    "\u{2066}x\u{2069}\u{200f}y\u{200e}",
];

/// One of each kind: enough for what is spelled in one way only.
pub(crate) const FEW: [&str; 6] = [LINES[0], LINES[7], LINES[14], LINES[32], OTHERS[0], OTHERS[9]];

/// All the lines in as few as hold them, where one may be long: each is as long as a name may be, or shorter.
pub(crate) fn joined() -> Vec<String> {
    const CHARS_MAX: usize = 200;
    LINES.into_iter().fold(Vec::new(), |mut joined: Vec<String>, text| {
        match joined.last_mut() {
            Some(last) if last.chars().count() + 1 + text.chars().count() <= CHARS_MAX => {
                *last = format!("{last} {text}");
            }
            _ => joined.push(text.to_owned()),
        }
        joined
    })
}

/// As a path or a query may hold it.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        write!(encoded, "%{byte:02X}").unwrap();
        encoded
    })
}
