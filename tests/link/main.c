/* Linked with all objects of one layer and only the layers that it names: catches a layer that calls
 * upwards, which its headers alone would not show. */
int main(void)
{
    return 0;
}
