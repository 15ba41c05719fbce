#include "weft/Driver.h"

int main(int argc, char **argv) { return weft::runDriver(argc, argv); }
