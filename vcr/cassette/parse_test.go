package cassette_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

const (
	head         = "ginkgo-vcr: 1\n"
	request      = "---\nrequest:\n  method: GET\n  url: http://tape.test/\n" // lines 2 to 5 behind head
	whole        = request + "response:\n  status: 200\n"                     // lines 2 to 7 behind head
	mend         = "; mend the line, or delete the file and record this spec again"
	orRecord     = ", or delete the file and record this spec again"
	wholeURL     = "; write it whole, as in https://api.example.com/v1/models" + orRecord
	blankInstead = ", which HTTP does not allow there; write a blank in its place" + orRecord
	escape       = `; escape it between double quotes, as in "\x00" and "\u2028"`
)

// manyHeaders are more headers than a message may have.
var manyHeaders = func() string {
	var lines strings.Builder
	for n := range 1001 {
		fmt.Fprintf(&lines, "    H%04d: [a]\n", n)
	}
	return lines.String()
}()

var broken = []struct{ name, file, message string }{
	// The file.
	{"nothing", "", "is empty; delete it and record this spec again"},
	{"blank lines and comments", "\ufeff\n# a\n \t\n", "is empty; delete it and record this spec again"},
	{"a separator alone", "---\n", "2: a document without keys" + mend},
	{"binary", "PK\x03\x04", `1: U+0003 is not escaped` + escape},
	{"invalid UTF-8", head + whole + "  reason: caf\xe9\n", "8: not UTF-8" + mend},
	{"UTF-16", "\xff\xfeg\x00i\x00", "1: not UTF-8" + mend},
	{"NUL in a second interaction", head + whole + whole + "  reason: a\x00b\n", "14: U+0000 is not escaped" + escape},
	{"DEL", head + "spec: a\x7f\n", "2: U+007F is not escaped" + escape},
	{"NEL, a line end for some", head + "spec: a\u0085b: c\n", "2: U+0085 is not escaped" + escape},
	{"CR, a line end for some", head + "spec: a\r---\rb: c\n", "2: U+000D is not escaped" + escape},
	{"a second byte order mark", head + "spec: \ufeff\n", "2: U+FEFF is not escaped" + escape},
	{"directive first", "%YAML 1.2\n---\n" + head, "1: directives are not part of the format" + mend},
	{"directive later", head + "%TAG ! a\n" + whole, "2: directives are not part of the format" + mend},
	{"document end", head + whole + "...\n" + whole, `8: document ends are not part of the format; remove the line, or write "---"`},
	{"document end, comment", head + "... # a\n", `2: document ends are not part of the format; remove the line, or write "---"`},
	{"separator with content", head + "--- {request: {}}\n", "2: content on a separator line" + mend},
	{"first separator with content", "\ufeff--- {ginkgo-vcr: 1}\n", "1: content on a separator line" + mend},
	{"separator with a tag", head + "--- !!map\nrequest: {}\n", "2: content on a separator line" + mend},
	{"separator missing between JSON", `{"ginkgo-vcr": 1}` + "\n{}\n", `2: content after the end of a document; put a line "---" before it`},
	{"content after a JSON document", head + "---\n{}\n\na: b\n", `5: content after the end of a document; put a line "---" before it`},

	// The header.
	{"no header", request, "2: not a cassette: the first document has no key ginkgo-vcr" + mend},
	{"the tape of another tool", "version: 2\ninteractions: []\n", "1: not a cassette: the first document has no key ginkgo-vcr" + mend},
	{"version 0", "ginkgo-vcr: 0\n", `1: ginkgo-vcr: is "0", not a format version such as 1` + mend},
	{"version in words", "spec: a\nginkgo-vcr: one\n", `2: ginkgo-vcr: is "one", not a format version such as 1` + mend},
	{"version with a point", "ginkgo-vcr: 1.0\n", `1: ginkgo-vcr: is "1.0", not a format version such as 1` + mend},
	{"version in a list", "ginkgo-vcr: [1]\n", `1: ginkgo-vcr: is "", not a format version such as 1` + mend},
	{"unknown key in the header", head + "\nauthor: a\n", `3: unknown key "author"; known are ginkgo-vcr, partial, quotes, replacements, spec, suite` + mend},
	{"partial", head + "partial: perhaps\n", `2: partial: is "perhaps", not true or false` + mend},
	{"spec", head + "spec: [a, b]\n", "2: spec: should be a single value" + mend},
	{"header twice", head + "---\n" + head, `3: unknown key "ginkgo-vcr"; known are amended, error, number, recorded, request, response, took` + mend},

	// Interactions.
	{"empty document", head + whole + "---\n", "9: a document without keys" + mend},
	{"comment as a document", head + "---\n# a\n" + whole, "3: a document without keys" + mend},
	{"text as a document", head + "---\na\n", "3: a document without keys" + mend},
	{"list as a document", head + "---\n- a\n", "3: a document without keys" + mend},
	{"no key", head + "---\n{}\n", "3: has no request" + mend},
	{"no request", head + "---\nresponse:\n  status: 200\n", "3: has no request" + mend},
	{"no method", head + "---\n\nrequest:\n  url: http://tape.test/\n", "5: request: has no method" + mend},
	{"no url", head + "---\nrequest:\n  method: GET\n", "4: request: has no url" + mend},
	{"no response", head + request, "3: should have either a response or an error" + mend},
	{"response and error", head + whole + "error:\n  message: a\n", "3: should have either a response or an error" + mend},
	{"no status", head + request + "response:\n  proto: HTTP/2.0\n", "7: response: has no status" + mend},
	{"status", head + request + "response:\n  status: OK\n", `7: response.status: is "OK", not a status code from 100 to 999` + mend},
	{"status out of range", head + request + "response:\n  status: 1000\n", `7: response.status: is "1000", not a status code from 100 to 999` + mend},
	{"status 0", head + request + "response:\n  status: 0\n", `7: response.status: is "0", not a status code from 100 to 999` + mend},
	{"status 99", head + request + "response:\n  status: 99\n", `7: response.status: is "99", not a status code from 100 to 999` + mend},
	{"negative status", head + request + "response:\n  status: -200\n", `7: response.status: is "-200", not a status code from 100 to 999` + mend},
	{"method with a line feed", head + "---\nrequest:\n  method: \"GET\\nX\"\n  url: http://tape.test/\n", `4: request.method: is "GET\nX", not a method; write one such as GET` + orRecord},
	{"method with a blank", head + "---\nrequest:\n  method: GET /\n  url: http://tape.test/\n", `4: request.method: is "GET /", not a method; write one such as GET` + orRecord},
	{"empty method", head + "---\nrequest:\n  method: \"\"\n  url: http://tape.test/\n", `4: request.method: is "", not a method; write one such as GET` + orRecord},
	{"relative URL", head + "---\nrequest:\n  method: GET\n  url: /v1/models?a=b:c\n", "5: request.url: is not an absolute URL" + wholeURL},
	{"URL without a scheme", head + "---\nrequest:\n  method: GET\n  url: //tape.test:80/\n", "5: request.url: is not an absolute URL" + wholeURL},
	{"user in a URL", head + "---\nrequest:\n  method: GET\n  url: https://me:pass@tape.test/\n", "5: request.url: has a user before its host; take out what stands before the @, and the @" + orRecord},
	{"line feed in a URL", head + "---\nrequest:\n  method: GET\n  url: \"http://tape.test/\\n\"\n", "5: request.url: holds U+000A" + blankInstead},
	{"line feed in a header", head + request + "  headers:\n    A: [b, \"c\\nD: e\"]\nresponse:\n  status: 200\n", "7: request.headers.A.1: holds U+000A" + blankInstead},
	{"NUL in a header", head + whole + "  headers:\n    A: [\"\\x00\"]\n", "9: response.headers.A.0: holds U+0000" + blankInstead},
	{"CR in base64 in a header", head + whole + "  headers:\n    A: [!!binary /w0=]\n", "9: response.headers.A.0: holds U+000D" + blankInstead},
	{"CR in the name of a header", head + whole + "  headers:\n    \"A\\r\": [b]\n", "9: response.headers: holds U+000D" + blankInstead},
	{"line feed in a trailer", head + whole + "  trailers:\n    A: [\"\\u000A\"]\n", "9: response.trailers.A.0: holds U+000A" + blankInstead},
	{"line feed in a reason", head + whole + "  reason: \"OK\\nA: b\"\n", "8: response.reason: holds U+000A" + blankInstead},
	{"CR in a version", head + whole + "  proto: \"HTTP/1.0\\r\"\n", "8: response.proto: holds U+000D" + blankInstead},
	{"line feed in a coding", head + whole + "  transfer: [\"a\\nb\"]\n", "8: response.transfer.0: holds U+000A" + blankInstead},
	{"too many headers", head + request + "  headers:\n" + manyHeaders + "response:\n  status: 200\n", "7: request.headers: hold more than 2000 names and values; take out those that nobody reads" + orRecord},
	{"too many headers of a response", head + whole + "  headers:\n" + manyHeaders, "9: response.headers: hold more than 2000 names and values; take out those that nobody reads" + orRecord},
	{"too many values", head + whole + "  headers:\n    A: [" + strings.Repeat("b, ", 2000) + "b]\n", "9: response.headers: hold more than 2000 names and values; take out those that nobody reads" + orRecord},
	{"status in a list", head + request + "response:\n  status: [200]\n", "7: response.status: should be a single value" + mend},
	{"request without keys", head + "---\nrequest: GET /\n", "3: request: should hold keys and values" + mend},
	{"request left empty", head + "---\nrequest:\nresponse:\n", "3: request: should hold keys and values" + mend},
	{"a part that waits for no number", head + request + "response:\n  status: 200\n  chunks: [1, 1 after]\n", `8: response.chunks: holds "1 after", not a count` + mend},
	{"a part that waits for a text", head + request + "response:\n  status: 200\n  chunks: [1, 1 after list]\n", `8: response.chunks: holds "1 after list", not a count` + mend},
	{"an end that waits for nothing", head + request + "response:\n  status: 200\n  chunks: [1, end]\n", `8: response.chunks: holds "end", not a count` + mend},
	{"a number that is a word", head + request + "response:\n  status: 200\nnumber: three\n", `8: number: is "three", not a number such as 3` + mend},
	{"a number that is huge", head + request + "response:\n  status: 200\nnumber: 1000000000\n", `8: number: is "1000000000", not a number such as 3` + mend},
	{"unknown key", head + request + "metadata: {}\n", `6: unknown key "metadata"; known are amended, error, number, recorded, request, response, took` + mend},
	{"unknown key in the request", head + request + "  host: a\n", `6: request: unknown key "host"; known are body, headers, method, url` + mend},
	{"unknown key in the response", head + whole + whole + "  code: 1\n",
		`14: response: unknown key "code"; known are announced, body, chunks, close, delays, end, error, headers, length, proto, reason, status, trailers, transfer, uncompressed` + mend},
	{"unknown key in a body", head + whole + "  body:\n    yaml: a\n", `9: response.body: unknown key "yaml"; known are base64, boundary, encoding, eol, events, file, json, lines, parts, text` + mend},
	{"unknown key in the error", head + request + "error:\n  code: 1\n", `7: error: unknown key "code"; known are caller, dns, is, message, op, temporary, timeout` + mend},
	{"long unknown key", head + strings.Repeat("k", 100) + ": a\n",
		`2: unknown key "` + strings.Repeat("k", 60) + `"; known are ginkgo-vcr, partial, quotes, replacements, spec, suite` + mend},
	{"key twice", head + whole + "  status: 200\n", `8: response: duplicate key "status"` + mend},
	{"header twice in another spelling", head + whole + "  headers:\n    A: [a]\n    \"A\": [b]\n", `10: response.headers: duplicate key "A"` + mend},
	{"key of another kind", head + "---\n? [a]\n: b\n", "3: a key that is not text" + mend},
	{"header with one value", head + whole + "  headers:\n    A: a\n", "9: response.headers.A: should be a list of values in [ ]" + mend},
	{"header with a mapping", head + whole + "  headers:\n    A: [a, {b: c}]\n", "9: response.headers.A.1: should be a single value" + mend},
	{"headers in a list", head + whole + "  trailers: [a]\n", "8: response.trailers: should hold keys and values" + mend},
	{"uncompressed", head + whole + "  uncompressed: no\n", `8: response.uncompressed: is "no", not true or false` + mend},
	{"end", head + whole + "  end: eof\n", `8: response.end: is "eof", not closed or aborted` + mend},
	{"error without message", head + request + "error:\n  timeout: true\n", "7: error: has no message" + mend},
	{"timeout", head + request + "error: {message: a, timeout: 30s}\n", `6: error.timeout: is "30s", not true or false` + mend},
	{"recorded", head + whole + "recorded: yesterday\n", `8: recorded: is "yesterday", not a time such as 2026-11-22T12:00:00Z` + mend},
	{"recorded elsewhere", head + whole + "recorded: 2026-11-22T12:00:00+01:00\n",
		`8: recorded: is "2026-11-22T12:00:00+01:00", not a time such as 2026-11-22T12:00:00Z` + mend},
	{"chunks", head + whole + "  chunks: 3\n", "8: response.chunks: should be a list of values in [ ]" + mend},
	{"chunk of nothing", head + whole + "  chunks: [1, 0]\n", `8: response.chunks: holds "0", not a count` + mend},
	{"chunk of no bytes", head + whole + "  chunks: [0B]\n", `8: response.chunks: holds "0B", not a count` + mend},
	{"negative chunk", head + whole + "  chunks: [-1]\n", `8: response.chunks: holds "-1", not a count` + mend},
	{"negative chunk of bytes", head + whole + "  chunks: [-1B]\n", `8: response.chunks: holds "-1B", not a count` + mend},
	{"chunk in words", head + whole + "  chunks: [all]\n", `8: response.chunks: holds "all", not a count` + mend},
	{"chunk without digits", head + whole + "  chunks: [B]\n", `8: response.chunks: holds "B", not a count` + mend},
	{"chunk in another unit", head + whole + "  chunks: [1KB]\n", `8: response.chunks: holds "1KB", not a count` + mend},
	{"chunk beyond all numbers", head + whole + "  chunks: [9223372036854775808]\n", `8: response.chunks: holds "9223372036854775808", not a count` + mend},
	{"delay", head + whole + "  delays: [20ms]\n", `8: response.delays: holds "20ms", not a count` + mend},
	{"negative delay", head + whole + "  delays: [0, -1]\n", `8: response.delays: holds "-1", not a count` + mend},
	{"delay of more than an hour", head + whole + "  delays: [3600001]\n", `8: response.delays: holds "3600001", not a count` + mend},
	{"announced", head + whole + "  announced: X-Sum\n", "8: response.announced: should be a list of values in [ ]" + mend},
	{"transfer", head + whole + "  transfer: {a: b}\n", "8: response.transfer: should be a list of values in [ ]" + mend},
	{"close", head + whole + "  close: yes\n", `8: response.close: is "yes", not true or false` + mend},
	{"length", head + whole + "  length: long\n", `8: response.length: is "long", not a length in bytes, or -1 where it was not known` + mend},
	{"negative length", head + whole + "  length: -5\n", `8: response.length: is "-5", not a length in bytes, or -1 where it was not known` + mend},
	{"negative took", head + whole + "took: -5s\n", `8: took: is "-5s", not a duration such as 812ms` + mend},
	{"length beyond all numbers", head + whole + "  length: 9223372036854775808\n", `8: response.length: is "9223372036854775808", not a length in bytes, or -1 where it was not known` + mend},
	{"temporary", head + request + "error: {message: a, temporary: 1s}\n", `6: error.temporary: is "1s", not true or false` + mend},
	{"is", head + request + "error:\n  message: a\n  is: io.EOF\n", "8: error.is: should be a list of values in [ ]" + mend},
	{"op", head + request + "error:\n  message: a\n  op: dial\n", "8: error.op: should hold keys and values" + mend},
	{"op without op", head + request + "error:\n  message: a\n  op:\n    net: tcp\n", "9: error.op: has no op" + mend},
	{"unknown key in op", head + request + "error:\n  message: a\n  op: {err: a}\n", `8: error.op: unknown key "err"; known are addr, net, op, source` + mend},
	{"dns without reason", head + whole + "  error:\n    message: a\n    dns:\n      name: a\n", "11: response.error.dns: has no reason" + mend},
	{"not_found", head + request + "error:\n  message: a\n  dns: {reason: a, not_found: 404}\n", `8: error.dns.not_found: is "404", not true or false` + mend},
	{"took", head + whole + "took: 812\n", `8: took: is "812", not a duration such as 812ms` + mend},

	// Bodies.
	{"text in a list", head + whole + "  body: {text: [a]}\n", "8: response.body.text: should be a single value" + mend},
	{"body without keys", head + whole + "  body: a\n", "8: response.body: should hold keys and values" + mend},
	{"body of no form", head + whole + "  body: {}\n", "8: response.body: has none of json, events, lines, text, base64, parts and file" + mend},
	{"body of two forms", head + whole + "  body:\n    text: a\n    json: |-\n      {}\n",
		"10: response.body.json: is beside text; a body has one form: json, events, lines, text, base64, parts or file" + mend},
	{"base64", head + whole + "  body:\n    base64: a*\n", "9: response.body.base64: not valid base64: illegal base64 data at input byte 1" + mend},
	{"base64 of a header", head + whole + "  headers:\n    A: [!!binary a*]\n",
		"9: response.headers.A.0: not valid base64: illegal base64 data at input byte 1" + mend},
	{"eol", head + whole + "  body:\n    text: a\n    eol: lf\n", `10: response.body.eol: is "lf", not crlf` + mend},
	{"eol of json", head + whole + "  body:\n    eol: crlf\n    json: |-\n      {}\n", "9: response.body: has eol beside json; it belongs to text, events and lines" + mend},
	{"json, a comma", head + whole + "  body:\n    json: |-\n      {\n        \"a\": 1,\n      }\n",
		"12: response.body.json: invalid JSON: invalid character '}' looking for beginning of object key string" + mend},
	{"json, a line break", head + whole + whole + "  body:\n    json: |-\n      {\n        \"a\": \"b\n        c\"\n      }\n",
		`17: response.body.json: line break inside a string: write \n, and begin the next line with blanks and "|"` + mend},
	{"json, its end", head + whole + "  body:\n    json: |-\n      {\n        \"a\": 1\n", "11: response.body.json: invalid JSON: unexpected end of JSON input" + mend},
	{"json in quotes", head + whole + "  body:\n    json: '{\n      a}'\n",
		"9: response.body.json: invalid JSON: invalid character 'a' looking for beginning of object key string" + mend},
	{"json of nothing", head + whole + "  body:\n    json: ''\n", "9: response.body.json: invalid JSON: unexpected end of JSON input" + mend},

	{"coding", head + whole + "  body:\n    text: a\n    encoding: compress 1\n",
		`10: response.body.encoding: is "compress 1", not a content coding and its level, such as "gzip -1", or eventstream` + mend},
	{"coding without level", head + whole + "  body:\n    text: a\n    encoding: gzip\n",
		`10: response.body.encoding: is "gzip", not a content coding and its level, such as "gzip -1", or eventstream` + mend},
	{"level of a coding", head + whole + "  body:\n    text: a\n    encoding: gzip 10\n",
		`10: response.body.encoding: is "gzip 10", not a content coding and its level, such as "gzip -1", or eventstream` + mend},
	{"coding alone", head + whole + "  body:\n    encoding: gzip 1\n", "9: response.body: has none of json, events, lines, text, base64, parts and file" + mend},
	{"row without a place", head + whole + "  body:\n    events: |+\n      data: 1\n\n      data: <content>\n      <content> |a|b|\n      <contnet> |c|d|\n\n",
		"14: response.body.events: row <contnet> has no place, because the template above it has no <contnet>; write <contnet> where its values belong, or name the row as the template does"},
	{"row too short", head + whole + "  body:\n    lines: |\n      {\"a\":<a>,\"b\":<b>}\n      <a> |1|2|\n      <b> |1|\n",
		"12: response.body.lines: row <b> has 1 and row <a> has 2 values; give each row of a template as many values as the others"},
	{"rows between quotes", head + whole + "  body:\n    lines: \"{}\\n<a> |1|\\n\"\n",
		"9: response.body.lines: row <a> has no place, because the template above it has no <a>; write <a> where its values belong, or name the row as the template does"},
	{"rows that restore to much", head + whole + "  body:\n    lines: |\n      " + strings.Repeat("x", 100) + "<a>\n      <a> " + strings.Repeat("|", 501) + "\n",
		"10: response.body.lines: restores to more than 64 times the size of the text; write the body under text, or record this spec again"},
	{"event stream without a value", head + whole + "  body:\n    text: |+\n      :event-type\n      {}\n\n    encoding: eventstream\n",
		`9: response.body: cannot be encoded: event 1 has ":event-type", not a header such as ":event-type: chunk"` + mend},
	{"file elsewhere", head + whole + "  body:\n    file: ../a.0123456789abcdef.txt\n",
		`9: response.body.file: is "../a.0123456789abcdef.txt", not the name of a file beside a cassette` + mend},
	{"parts of none", head + whole + "  body:\n    parts: []\n", "9: response.body.parts: should be a list of parts, each with one form" + mend},
	{"parts in a value", head + whole + "  body:\n    parts: a\n", "9: response.body.parts: should be a list of parts, each with one form" + mend},
	{"part of no form", head + whole + "  body:\n    parts:\n    - text: a\n    - {}\n", "11: response.body.parts.1: has none of json, text, base64 and file" + mend},
	{"part in a value", head + whole + "  body:\n    parts:\n    - a\n", "10: response.body.parts.0: should hold keys and values" + mend},
	{"part of two forms", head + whole + "  body:\n    parts:\n    - text: a\n      json: '{}'\n",
		"11: response.body.parts.0.json: is beside text; a body has one form: json, events, lines, text, base64, parts or file" + mend},
	{"parts beside text", head + whole + "  body:\n    text: a\n    parts: [{text: a}]\n",
		"10: response.body.parts: is beside text; a body has one form: json, events, lines, text, base64, parts or file" + mend},
	{"parts in parts", head + whole + "  body:\n    parts:\n    - parts:\n      - text: a\n",
		`10: response.body.parts.0: unknown key "parts"; known are base64, eol, file, json, text` + mend},
	{"parts in parts of a part", head + whole + "  body:\n    boundary: b\n    parts:\n    - parts:\n      - parts: [{text: a}]\n",
		`12: response.body.parts.0.parts.0: unknown key "parts"; known are base64, eol, file, json, text` + mend},
	{"eol of a part without text", head + whole + "  body:\n    boundary: b\n    parts:\n    - eol: crlf\n", "11: response.body.parts.0: has eol and no text" + mend},
	{"json of a part", head + whole + "  body:\n    parts:\n    - text: a\n    - json: |-\n        {\n          \"a\": 1,\n        }\n",
		"14: response.body.parts.1.json: invalid JSON: invalid character '}' looking for beginning of object key string" + mend},
	{"head without a boundary", head + whole + "  body:\n    parts:\n    - head: |\n        A: b\n      text: a\n",
		`10: response.body.parts.0: unknown key "head"; known are base64, eol, file, json, text` + mend},
	{"head without an end", head + whole + "  body:\n    boundary: b\n    parts:\n    - head: 'A: b'\n", "11: response.body.parts.0.head: has no line feed at its end" + mend},
	{"boundary without parts", head + whole + "  body:\n    boundary: b\n    text: a\n", "9: response.body: has boundary beside text; it belongs to parts" + mend},
	{"boundary alone", head + whole + "  body:\n    boundary: b\n", "9: response.body: has none of json, events, lines, text, base64, parts and file" + mend},
	{"long boundary", head + whole + "  body:\n    boundary: " + strings.Repeat("b", 71) + "\n    parts:\n    - text: a\n",
		`9: response.body.boundary: is "` + strings.Repeat("b", 71) + `", not 1 to 70 characters of ASCII without a blank at the end` + mend},
	{"empty boundary", head + whole + "  body:\n    boundary: ''\n    parts: [{text: a}]\n",
		`9: response.body.boundary: is "", not 1 to 70 characters of ASCII without a blank at the end` + mend},

	// YAML.
	{"anchor", head + "---\nrequest: &a\n  method: GET\n", "3: anchors and aliases are not part of the format" + mend},
	{"anchor of a value", head + whole + "  headers:\n    A: [&a a]\n", "9: anchors and aliases are not part of the format" + mend},
	{"anchor of a document", head + "---\n&a {}\n", "3: anchors and aliases are not part of the format" + mend},
	{"alias", head + whole + "  headers:\n    A: [&a a]\n    B: [*a]\n", "9: anchors and aliases are not part of the format" + mend},
	{"alias across documents", head + "spec: a\n" + whole + "  reason: *a\n", "4: unknown anchor 'a' referenced" + mend},
	{"merge", head + "<<: {spec: a}\n", `2: unknown key "<<"; known are ginkgo-vcr, partial, quotes, replacements, spec, suite` + mend},
	{"tag", head + "spec: !!int 1\n", `2: tag "!!int" is not part of the format` + mend},
	{"tag of one's own", head + "spec: !a 1\n", `2: tag "!a" is not part of the format` + mend},
	{"open quote", head + whole + whole + "  reason: \"a\n", "14: found unexpected end of stream" + mend},
	{"open bracket", head + whole + "  headers:\n    A: [a\n    B: [b]\n", "9: did not find expected ',' or ']'" + mend},
	{"tab", head + whole + "  headers:\n\tA: [a]\n", "9: found character that cannot start any token" + mend},
	{"wrong indentation", head + whole + "   reason: a\n", "8: mapping values are not allowed in this context" + mend},
	{"text among keys", head + whole + "  reason\n  proto: HTTP/2.0\n", "8: could not find expected ':'" + mend},
}

func TestBrokenFiles(t *testing.T) {
	for _, c := range broken {
		t.Run(c.name, func(t *testing.T) {
			want := "tape.yaml:" + c.message
			if strings.HasPrefix(c.message, "is empty") {
				want = "tape.yaml: " + c.message
			}
			checkError(t, c.file, want, cassette.ErrSyntax)
		})
	}
}

func TestFilesOfOtherKinds(t *testing.T) {
	const ours, theirs = "<<<<<<< HEAD\n", ">>>>>>> main\n"
	const markers = "git conflict marker; take one side, or delete the file, and record this spec again"
	for _, c := range []struct {
		name, file, message string
		is                  error
	}{
		{"newer", "ginkgo-vcr: 2\nunheard: of\n--- of\n",
			"tape.yaml:1: ginkgo-vcr: format version 2 is newer than 1, the newest that this ginkgo-vcr reads; upgrade ginkgo-vcr", cassette.ErrVersion},
		{"newer, later", "# a\n---\nspec: a\nginkgo-vcr: 10\n",
			"tape.yaml:4: ginkgo-vcr: format version 10 is newer than 1, the newest that this ginkgo-vcr reads; upgrade ginkgo-vcr", cassette.ErrVersion},
		{"pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
			"tape.yaml: is a Git LFS pointer, its content was not fetched; run git lfs pull", cassette.ErrLFSPointer},
		{"conflict", head + whole + ours + whole + "=======\n" + whole + theirs, "tape.yaml:8: " + markers, cassette.ErrConflict},
		{"conflict in the header", ours + head + "=======\n" + head + theirs, "tape.yaml:1: " + markers, cassette.ErrConflict},
		{"half of a conflict, CR LF", head + strings.ReplaceAll(theirs, "\n", "\r\n"), "tape.yaml:2: " + markers, cassette.ErrConflict},
	} {
		t.Run(c.name, func(t *testing.T) { checkError(t, c.file, c.message, c.is) })
	}
}

// parseError returns the error of a file that must not be read.
func parseError(t *testing.T, file string) error {
	t.Helper()
	c, err := cassette.ParseWhole("tape.yaml", []byte(file), nil)
	if err == nil {
		t.Fatalf("is read as\n%s", show(c))
	}
	if c != nil {
		t.Errorf("half a cassette comes with the error:\n%s", show(c))
	}
	return err
}

func checkError(t *testing.T, file, message string, is error) {
	t.Helper()
	err := parseError(t, file)
	if err.Error() != message {
		t.Errorf("the error is\n\t%s\nnot\n\t%s", err, message)
	}
	wrapped := fmt.Errorf("load: %w", err)
	for _, sentinel := range []error{cassette.ErrSyntax, cassette.ErrVersion, cassette.ErrConflict, cassette.ErrLFSPointer} {
		if errors.Is(wrapped, sentinel) != (sentinel == is) {
			t.Errorf("errors.Is(%q) is %t", sentinel, sentinel != is)
		}
	}
	var where *cassette.ParseError
	if !errors.As(wrapped, &where) || where.File != "tape.yaml" || where.Reason == "" || where.Remedy == "" {
		t.Errorf("errors.As finds %+v", where)
	}
}

// Lines are counted alike whatever ends them, and a byte order mark is none.
func TestLinesOfBrokenFiles(t *testing.T) {
	for _, c := range broken {
		if strings.Contains(c.name, "byte order mark") || c.file == "" {
			continue
		}
		_, want := cassette.ParseWhole("tape.yaml", []byte(c.file), nil)
		_, err := cassette.ParseWhole("tape.yaml", []byte("\ufeff"+strings.ReplaceAll(strings.TrimPrefix(c.file, "\ufeff"), "\n", "\r\n")), nil)
		if err == nil || c.name != "UTF-16" && err.Error() != want.Error() {
			t.Errorf("%s: with CR LF and byte order mark the error is\n\t%v\nnot\n\t%v", c.name, err, want)
		}
	}
}

// A file in a repository may be meant to do harm: each of these is refused
// before it is read any deeper, or stands for no more than its own size.
func TestHostileFiles(t *testing.T) {
	const deep = 20_000
	laughs := head + "---\na: &a [lol, lol, lol, lol]\n"
	for next := 'b'; next <= 'z'; next++ {
		last := "*" + string(next-1)
		laughs += string(next) + ": &" + string(next) + " [" + strings.Repeat(last+", ", 8) + last + "]\n"
	}
	for name, c := range map[string]struct{ file, message string }{
		"aliases of aliases":   {laughs, "anchors and aliases are not part of the format"},
		"an alias to itself":   {head + "---\nrequest: &a {url: *a}\n", "anchors and aliases are not part of the format"},
		"flow lists":           {head + whole + "  headers: {A: " + strings.Repeat("[", deep), "exceeded max depth"},
		"flow mappings":        {head + "---\n" + strings.Repeat("{a: ", deep), "exceeded max depth"},
		"block lists":          {head + "---\n" + strings.Repeat("- ", deep), "exceeded max depth"},
		"block mappings":       {head + "---\n" + strings.Repeat("? ", deep), "exceeded max depth"},
		"lists in a header":    {head + whole + "  headers: {A: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}\n", "should be a single value"},
		"brackets in json":     {head + whole + "  body:\n    json: |-\n      " + strings.Repeat("[", deep) + strings.Repeat("]", deep) + "\n", "exceeded max depth"},
		"a long key":           {head + strings.Repeat("k", 1<<20) + ": a\n", "could not find expected ':'"},
		"a long anchor":        {head + "spec: *" + strings.Repeat("a", 1<<20) + "\n", "unknown anchor"},
		"many separators":      {head + strings.Repeat("---\n", deep), "a document without keys"},
		"many keys":            {head + strings.Repeat("spec: a\n", deep), `duplicate key "spec"`},
		"many comments":        {head + strings.Repeat("# a\n", deep) + "a: b\n", "unknown key"},
		"a long line of text":  {head + "spec: |\n " + strings.Repeat("a", 1<<20) + "\na: b\n", "unknown key"},
		"a value of two files": {head + "spec: \"\n---\n\"\n", "found unexpected end of stream"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := parseError(t, c.file); !strings.Contains(err.Error(), c.message) {
				t.Errorf("the error is %.300s", err)
			}
		})
	}
}
