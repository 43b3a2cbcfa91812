//go:build race

package recorder_test

// raceDetector says that tests run many times slower, and need more memory.
const raceDetector = true
