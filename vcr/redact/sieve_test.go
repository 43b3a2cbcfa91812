package redact

import (
	"strings"
	"testing"
)

func TestASieveLetsEveryAnchorPass(t *testing.T) {
	for _, s := range shapes {
		for before := range 20 {
			for after := range 20 {
				text := strings.Repeat(" ", before) + s.anchor + strings.Repeat("e", after)
				if s.anchor == urlAnchor {
					text += "@"
				}
				if !hasAnchor([]byte(text)) {
					t.Fatalf("%q was held back", text)
				}
			}
		}
	}
}

func TestASieveHoldsBackWhatIsCommon(t *testing.T) {
	for _, text := range []string{
		`{"id":"chatcmpl-91f0c2a8bd1e3c7a","object":"chat.completion","created":1795348800,"model":"gpt-4o-mini-2024-07-18"}`,
		`{"finish_reason":"stop","usage":{"prompt_tokens":140,"completion_tokens":520},"system_fingerprint":"fp_62a23a81ef"}`,
		"Ask who has the task; the risk is that they said no. See https://example.com/a?b=c.",
		"[-0.012345678,0.29945,1.29e-05]", "Sun, 22 Nov 2026 12:00:00 GMT", "91f0c2a8bd1e3c7a-FRA",
	} {
		if hasAnchor([]byte(text)) {
			t.Errorf("%q passed", text)
		}
	}
}
