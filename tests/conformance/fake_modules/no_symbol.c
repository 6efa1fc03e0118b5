/* A shared library that is no backend. */
__attribute__((visibility("default"))) int some_other_function(void);
int some_other_function(void) { return 42; }
