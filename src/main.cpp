#include <iostream>
int main(){}
