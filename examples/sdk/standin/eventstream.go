package standin

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"
)

// messages encodes lines such as
//
//	event messageStart {"role":"assistant"}
//
// as the messages of an AWS event stream.
func messages(lines []byte) ([][]byte, error) {
	var encoded [][]byte
	for line := range strings.Lines(string(lines)) {
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		name, payload, found := strings.Cut(rest, " ")
		if !found || kind != "event" && kind != "exception" {
			return nil, fmt.Errorf("message %q: not an event or exception with a name and a payload", line)
		}
		message := eventstream.Message{Payload: []byte(payload)}
		message.Headers.Set(":message-type", eventstream.StringValue(kind))
		message.Headers.Set(":"+kind+"-type", eventstream.StringValue(name))
		message.Headers.Set(":content-type", eventstream.StringValue("application/json"))
		var buffer bytes.Buffer
		if err := eventstream.NewEncoder().Encode(&buffer, message); err != nil {
			return nil, fmt.Errorf("message %q: %w", line, err)
		}
		encoded = append(encoded, buffer.Bytes())
	}
	return encoded, nil
}
