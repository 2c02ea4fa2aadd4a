// A Node warning (deprecation, listener leak, unhandled rejection) is a fault in espaws: it fails the run.
process.on('warning', (warning) => {
  throw warning;
});
