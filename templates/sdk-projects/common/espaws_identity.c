/* Certificates and key of espaws.yaml, which espaws writes into the build folder: not into this one, nor into git. */
#include "identity.h"

#include "espaws_identity_data.h"
