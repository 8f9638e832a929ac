import java.awt.GraphicsEnvironment;
import java.awt.Rectangle;
import java.awt.Robot;
import java.io.File;
import javax.imageio.ImageIO;

/// Writes what the display shows into the PNG file that is named; run from its source by any Java since 11.
class Screenshot {
    public static void main(String[] arguments) throws Exception {
        Rectangle screen = GraphicsEnvironment.getLocalGraphicsEnvironment().getMaximumWindowBounds();
        ImageIO.write(new Robot().createScreenCapture(screen), "png", new File(arguments[0]));
    }
}
