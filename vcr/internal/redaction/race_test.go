//go:build race

package redaction_test

// raceDetector says that tests run many times slower, and need more memory.
const raceDetector = true
