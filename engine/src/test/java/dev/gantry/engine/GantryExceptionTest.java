package dev.gantry.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class GantryExceptionTest {
    @Test
    void causedBy_keepsEveryPart_whenACauseIsAdded() {
        var cause = new IOException("read error");
        var error = GantryException.badInput("MODEL-CUT", "cannot import x", "the file ends early", "copy it again")
                .causedBy(cause);

        assertThat(error).hasCause(cause).hasMessage("cannot import x: the file ends early");
        assertThat(error.kind()).isEqualTo(GantryException.Kind.BAD_INPUT);
        assertThat(error.code()).isEqualTo("MODEL-CUT");
        assertThat(error.nextStep()).isEqualTo("copy it again");
    }
}
