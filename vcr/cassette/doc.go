// Package cassette reads and writes cassettes: files of recorded HTTP interactions.
//
// # Goals
//
//   - Bytes in, bytes out: what was on the wire comes back as it was, bodies
//     and header values included.
//   - People read it. A prompt and its answer are lines of text, so that a
//     review shows what changed between two recordings.
//   - People edit it. What a program did not change keeps its bytes, with
//     comments and quoting. What a program does not understand is an error.
//   - It is YAML, so that other tools read it too.
//
// It is not a goal to keep what an [http.RoundTripper] does not see, such as TLS
// and the frames of HTTP/2, nor to give types to values: a cassette holds text.
//
// # Files
//
// A cassette is a UTF-8 file of YAML documents: a header, then the tape, which is
// one document for each interaction, in the order in which their requests started.
//
//	ginkgo-vcr: 1
//	suite: example.com/shop/assistant
//	spec: Chat completion / answers a basic question
//	---
//	request:
//	  method: POST
//	  url: https://api.example.com/v1/chat
//	  headers:
//	    Content-Type: [application/json]
//	  body:
//	    json: |-
//	      {
//	        "messages": [
//	          {
//	            "role": "system",
//	            "content": "Rules:\n
//	              |- Answer briefly."
//	          }
//	        ],
//	        "stream": true
//	      }
//	response:
//	  status: 200
//	  headers:
//	    Content-Type: [text/event-stream]
//	  body:
//	    events: |+
//	      data: {"choices":[{"index":0,"delta":{"content":"<content>"}}]}
//	      <content> |Paris| is it.|
//
//	      data: [DONE]
//
//	  chunks: [1, 2]
//	  delays: [610, 180]
//	recorded: 2026-11-22T12:00:00Z
//	took: 812ms
//
// A document ends at the next separator: a line that is "---", alone or
// followed by a blank and a comment. No line of a value starts in column 0, so
// a file can be cut into its documents before any is parsed. The first document
// may have a separator too.
//
// Lines end in LF or CR LF. A byte order mark may begin the file, and a line
// feed that is missing at its end is added. Control characters, a CR within a
// line, U+0085, U+2028, U+2029, U+FEFF, U+FFFE and U+FFFF must be escaped between
// double quotes. Directives (%), the document end (...), anchors, aliases, tags
// other than !!binary and content on a separator line are errors.
//
// Every value is read as text: null is a word of four letters. A document may be
// JSON, without the escapes \/ and those of surrogates.
//
// # Header
//
//	ginkgo-vcr  the version of the format, a number from 1; required
//	suite       import path of the package whose suite recorded the file
//	spec        the texts of the spec's nodes, joined by " / ", for people
//	partial     true if the spec had not passed when the file was saved
//	quotes      true if texts that look like placeholders, and are none, have a
//	            colon more: [redacted::token] stands for [redacted:token]
//	replacements  the texts in responses that a function of the user wrote in the
//	            place of secrets, as [FAKE-TOKEN]; recording never sends them
//
// # Interactions
//
//	request     required
//	  method    required; a word without blanks, as GET
//	  url       required; absolute, with its query and without a user
//	  headers   names, each with a list of its values in the order sent
//	  body
//	response    either this or error is required
//	  status    the code, from 100 to 999; required
//	  reason    the text after the code, if it is not the usual one
//	  proto     the version of HTTP, if it is not HTTP/1.1
//	  headers
//	  body
//	  chunks    the parts in which the body arrived, if there were several
//	  delays    how long each of them was waited for, in milliseconds
//	  trailers  in the form of headers
//	  announced  the names of the trailers that were known before the body was
//	            read, if not all were; [] is none
//	  transfer  the transfer codings, as [chunked]
//	  close     true if the connection was closed after the response
//	  length    the length that was known before the body was read, -1 for
//	            none; left out if it follows from the rest
//	  uncompressed  true if the transport had decompressed the body
//	  end       closed: the caller closed the body before its end;
//	            aborted: reading it failed
//	  error     why reading it failed, in the form of the error below
//	error       the transport failed, and there was no response
//	  message   its text; required
//	  timeout   true if it was a timeout
//	  temporary  true if it called itself temporary
//	  caller    true if the caller's own context ended the exchange
//	  is        the errors of the standard library that were found in it, as
//	            [io.ErrUnexpectedEOF, syscall.ECONNRESET]
//	  op        the *net.OpError in it, by its fields
//	    op      what failed, as dial or read; required
//	    net     the network, as tcp
//	    source  the local address
//	    addr    the remote address
//	  dns       the *net.DNSError in it, by its fields
//	    reason  its text; required
//	    name    the name that was looked up
//	    server  the server that was asked
//	    not_found  true if there is no such name
//	recorded    when the request started, as 2026-11-22T12:00:00Z
//	took        how long the exchange took, as 1.5s or 812ms
//	number      by what the chunks of other interactions name this one
//	amended     when the request was edited and the response kept, as
//	            2026-11-29T08:00:00Z; it was not sent since
//
// What HTTP cannot carry is an error: CR, LF or NUL in a URL, reason, version, or name
// or value of a header, a negative took, and a length below -1. Recording puts a blank
// in the place of such a character. A message has at most 2,000 names and values of
// headers.
//
// Unknown and duplicate keys are errors. A key that is left out is empty, false
// or zero.
//
// # Bodies
//
// A body has one form. A body that is left out is empty.
//
// json shows compact JSON in lines. White space beside { } [ ] : and , is
// layout. In a string, a line break after an escape \n is layout too, with the
// blanks that follow it and the | after them. Reading removes the layout, and the
// rest must be valid JSON. With | the body ends with a line feed, with |- it does
// not.
//
// events and lines show a stream, see below.
//
// text is the body as it is. With "eol: crlf" above text, events or lines, each of its
// line feeds is read as CR LF:
//
//	body:
//	  eol: crlf
//	  text: |
//	    retry: 3000
//
// base64 is the standard alphabet with padding, in lines of any length.
//
// file names a file that holds the body as it is; see below.
//
// parts is a list. Each part has one of the forms above, and the body is all of them in
// order. So what is odd in a body is held apart, and the rest is easy to read: blanks
// before JSON, or one line of many that ends with blanks.
//
//	body:
//	  parts:
//	  - text: "\n         \n"
//	  - json: |-
//	      {"object": "chat.completion"}
//
//	body:
//	  parts:
//	  - text: |
//	      Roses are red,
//	  - text: "violets are blue.  \n"
//	  - text: |
//	      The tape is as it was,
//	      and easy to view.
//
// With boundary above them, the parts are those of a multipart body. head holds the
// headers of a part, each with a line feed, which is read as CR LF. Reading adds the lines
// of the boundary. Such a part may be empty, and may have parts of its own.
//
//	body:
//	  boundary: f1d1d6c27f41
//	  parts:
//	  - head: |
//	      Content-Disposition: form-data; name="model"
//	    text: |-
//	      whisper-1
//	  - head: |
//	      Content-Disposition: form-data; name="file"; filename="hi.wav"
//	      Content-Type: audio/wav
//	    base64: |-
//	      UklGRiQAAABXQVZFZm10
//
// Beside any form but file, encoding says that the body was compressed: the
// cassette shows it decompressed, and reading compresses it again. The value is
// gzip, deflate, raw-deflate (without the header of zlib), br or zstd and a
// level of the encoders that this package uses, as in "gzip -1". The body may be
// edited. Another version of an encoder may compress to other bytes; decompressed
// they are the same. The value eventstream stands for the frames of AWS, see below.
//
// # Streams
//
// events shows server-sent events, and lines shows lines of JSON. Neighbours that
// differ in few places stand there once, and below them rows of what differs. So an
// answer that came word by word reads as a line of words:
//
//	events: |+
//	  event: content_block_delta
//	  data: {"type":"content_block_delta","index":0,"delta":{"text":"<text>"}<pad>}
//	  <text> |The sky| is| blue.\n|
//	  <text> |Look| up|!|
//	  <pad> ||  |   ||  | |
//
//	  data: {"type":"message_stop"}
//
// The text is what was on the wire, with one event where there were six. In a row, each
// value ends with |. There is one event for each value, and the value stands where the
// name of the row does. An empty line ends an event and its rows. In lines, the rows of
// a line stand directly below it.
//
// To edit the answer, change its words. To take an event away, remove its value from
// each row; to add one, add a value to each. A value is a part of the JSON around it, so
// a quote is written \" and a line break \n. A | is written \|. Values may move to
// another line of their row. All rows of an event have the same number of values, and
// the event has the name of each. Other text between < and > is text. But <#> is the
// number of events before, for APIs that count them. Some APIs send the whole answer
// once more at the end: mind to edit it, too.
//
// What is shown so may restore to 64 times its size at most. A stream that grows more,
// has one event, or has text that would be read as a row is kept under text.
//
// encoding eventstream is for the binary event stream of Amazon Bedrock and others. Its
// frames are shown as text: a line for each header, as ":event-type: chunk", the payload,
// and an empty line. A payload with {"bytes":"…"}, an event in base64, is shown with that
// event. Lengths and checksums follow from the text.
//
//	events: |+
//	  :event-type: chunk
//	  :content-type: application/json
//	  :message-type: event
//	  {"bytes":{"type":"content_block_delta","delta":{"text":"<text>"}},"p":"<p>"}
//	  <text> |Yes|, it is.|
//	  <p> |abcd|abcdefgh|
//
//	encoding: eventstream
//
// # Bodies in files
//
// A body of more than 256 KiB, or another limit, is in a file of its own. So is the
// content of a large part of multipart, and each array of more than 16 KiB of numbers in
// JSON, such as an embedding: nobody reads it, and the rest of the answer stays in the
// cassette. The name of its file, between angle brackets, stands in its place:
//
//	"embedding": <4eefb9a7a40a8b31.json>
//
// The files are in a folder that all cassettes of a suite share:
//
//	cassettes/_bodies/4eefb9a7a40a8b31.json
//	cassettes/chat/answers.yaml
//
// A name is the first 16 hexadecimal digits of the SHA-256 of the content, and json for
// such an array and for a body whose header says JSON, txt for other UTF-8, bin for the
// rest. So a file never changes, equal bodies share one, and recording the same body
// again makes no difference. A file whose name does not fit its content is an error: to
// edit such a body, move it into the cassette. No name leads out of the folder, nor does
// a symbolic link: what is not a file of the folder is an error.
//
// Reading looks for the folder _bodies beside the cassette and in the folders above. So
// a cassette may be moved within the suite. [Cassette.Save] puts it beside the cassette,
// a recorder into the folder of all cassettes.
//
// Saving writes the files before the cassette. If that gives up a file, those are removed
// to which no cassette below the folder refers, with the ones that killed saves left.
// Several processes may save at once. A document that was not changed keeps its files,
// whatever the limits are now. With a limit of -1 everything is in the cassette.
//
// # Chunks
//
// Chunks and delays say how a streamed body arrived, so that replay can repeat
// that. An item of chunks is one part of the body. An item of delays is the time
// since the part before it, or since the headers, an hour at most.
//
// A number counts the records that end in the part: events of text/event-stream,
// lines of NDJSON, frames of an event stream of AWS. A part is counted in bytes, as in 12B, if it ends within a
// record, or if the body is of another type or compressed. So parts that were
// counted in events stay whole events when the text is edited. The bytes after the
// last chunk are one more part; chunks beyond the end of the body are cut. A delay
// that is missing is 0. A body that came as one part, or whose length was known
// beforehand, has neither chunks nor delays.
//
// A part of a stream of events or lines may have arrived when another request of
// the tape had begun that had not begun before the part before it. It may be what
// that request caused, so the chunk names the interaction by its number, and replay
// holds it until that request has begun, ten seconds at most:
//
//	  chunks: [1, 1 after 3, 2 after 5 6, end after 8]
//	---
//	request:
//	  method: POST
//	...
//	number: 3
//
// "end" is the end of the body. A number is a name: it says nothing about the place
// of an interaction, so interactions may be moved, added and removed. Replay waits for
// no number that the tape does not have, nor for a request that was played before. Of
// two interactions with one number, the first counts. A recording gives an interaction
// its place on the tape as its number, if no other one has that. Remove " after 3" to
// play a part at once.
//
// # Canonical form
//
// The writer emits keys in the order above, header names in byte order, and
// leaves out what is empty. Values on one line are plain where that is safe, else
// between double quotes, or !!binary with base64 if they are not UTF-8. A body is
// in parts if it is multipart from its first boundary to its last, with all line ends CR
// LF; in a file if it is above the limit; else events or lines if its Content-Type is
// that of a stream, and rows make it shorter; else json if reading that
// gives back the same bytes; else text; and base64 if more than one line in eight is not
// UTF-8. Text is a literal block (|). A line goes between double quotes, as a part with
// its neighbours of the same kind, if it has characters that a block cannot hold, or
// blanks at its end; so does a single line that ends with CR LF among others. One that is
// not UTF-8 is a part in base64. White space around JSON is a part. A body with a
// Content-Encoding is shown decompressed if it has a MiB at most and can be compressed to
// the same bytes in short time: mostly if a server written in Go made it.
//
// Documents in another form are read too, and keep it until they are changed.
// A header or an interaction that is changed is written in canonical form.
//
// # Reading
//
// [Load] decodes a whole cassette. [Parse] is for playing few of many recordings:
// it finds the documents and decodes their requests. [Interaction.Decode] decodes
// the rest of one, with the files beside the cassette. Both read the canonical form
// at some ten times the speed of yaml.v3, which reads documents in another form,
// one by one. Both readers give the same results and the same errors.
//
// # Errors
//
// Reading fails with a [*ParseError], which has the line in the file, what is wrong
// and what to do. It never gives half a cassette. Do not overwrite a file that
// cannot be read. A body whose file is missing or was changed is such an error too.
// Newer versions, files that Git LFS has not fetched and merge conflicts have
// errors of their own. Writing fails only with the file system, and if a document
// that [Parse] left undecoded turns out to be broken.
//
// # Versions
//
// This is version 1. A reader refuses a newer version than it knows. Whatever a
// reader of version 1 would not understand makes a new version, so that no reader
// skips anything in silence.
//
// # Git
//
// In .gitattributes, tell git to leave line ends alone and not to merge two
// recordings of one spec:
//
//	**/cassettes/** -text -merge
//
// Git LFS can take the bodies in files alone:
//
//	**/cassettes/**/_bodies/* filter=lfs -text -merge
package cassette
