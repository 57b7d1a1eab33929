#include <faultline/cli/cli.h>

int main(int argc, char** argv) { return faultline::cli::run(argc, argv); }
