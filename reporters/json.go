package reporters

import (
	"encoding/json"
	"slices"
)

// JSON returns the summary as a JSON object. Version says which form it has: a key may
// come without a new version; one that goes, or changes its meaning, brings one. Zero
// values are left out, but for those of the totals.
//
//	{
//	  "version": 1,
//	  "suites": [{"package": "example.com/shop/chat", "dir": "chat", "commit": "4f1c…", "shard": "2/5", "started": "2026-01-31T09:30:00Z"}],
//	  "totals": {"specs": 1, "replayed": 2, "recorded": 0, "kept": 0, "live": 0, "missed": 0, "unplayed": 1, "bytes": 4096,
//	             "time_saved_ms": 2300, "live_specs": 0, "live_calls": 0, "compared": 0, "same": 0, "oldest": "2025-12-19T08:00:00Z",
//	             "tokens_saved": {"gpt-5.4-mini": {"input": 120, "output": 80}}, "cost_saved": 0.00019},
//	  "specs": [{"suite": "example.com/shop/chat", "name": "Chat / answers", "place": "chat/chat_test.go:31",
//	             "cassette": "cassettes/chat/answers.yaml", "mode": "none", "attempt": 1, "passed": true, "loaded": 3, "replayed": 2,
//	             "unplayed": ["line 74, POST https://api.example.com/v1/chat"], …}],
//	  "findings": [{"kind": "unreplayed", "suite": "example.com/shop/chat", "cassette": "cassettes/chat/answers.yaml",
//	                "spec": "Chat / answers", "place": "chat/chat_test.go:31", "text": "line 74, POST https://api.example.com/v1/chat",
//	                "command": "VCR_RECORD_MODE=all ginkgo --focus-file=/chat_test.go:31 ./chat"}],
//	  "prices": {"gpt-5.4-mini": {"input": 0.25, "output": 2}}
//	}
func (s Summary) JSON() []byte {
	s.Specs = slices.Clone(s.Specs)
	for n := range s.Specs {
		s.Specs[n].Drift = nil
	}
	text, _ := json.MarshalIndent(s, "", "  ") // plain values have no errors
	return append(text, '\n')
}
