import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.codelibs.opensearch.runner.node.OpenSearchRunnerNode;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.plugins.Plugin;

/**
 * One node of OpenSearch in this process, until it is killed. Arguments: each setting as name=value, each plugin as
 * the name of its class.
 */
public class OpenSearchNode {
    public static void main(String[] arguments) throws Exception {
        Settings.Builder settings = Settings.builder();
        List<Class<? extends Plugin>> plugins = new ArrayList<>();
        for (String argument : arguments) {
            int at = argument.indexOf('=');
            if (at > 0) {
                settings.put(argument.substring(0, at), argument.substring(at + 1));
            } else {
                plugins.add(Class.forName(argument).asSubclass(Plugin.class));
            }
        }
        Settings made = settings.build();
        Environment environment = new Environment(made, Path.of(made.get("path.home"), "config"));
        new OpenSearchRunnerNode(environment, plugins).start();
        new CountDownLatch(1).await();
    }
}
