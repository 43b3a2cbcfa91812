// Package recorder is the tape deck: an [http.RoundTripper] that answers
// requests from a cassette, or sends them and records what comes back.
//
// It needs no Ginkgo. In a plain go test:
//
//	session, err := recorder.Open(recorder.Config{Path: "testdata/cassettes/answers.yaml"})
//	...
//	client := session.Client()
//	...
//	_, err = session.Close(recorder.Passed)
//
// A session that is not closed saves nothing.
package recorder
