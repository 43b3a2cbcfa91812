// Package vcrtest serves HTTP on a loopback address for tests and examples of
// recorded code.
//
// An [Origin] is the server at the far end. It remembers every request that
// reached it, which is how a test proves that a replay sent nothing:
//
//	origin := vcrtest.NewOrigin(vcrtest.Chat())
//	defer origin.Close()
//	// record, then replay
//	if origin.Served() != 1 { … }
//
// [Chat] is a handler that speaks enough of OpenAI's API to record from, with
// no key, no cost and the same answer every time.
package vcrtest
