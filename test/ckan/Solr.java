import java.nio.file.Path;
import org.apache.solr.client.solrj.embedded.JettyConfig;
import org.apache.solr.client.solrj.embedded.JettySolrRunner;

/** Serves the Solr home given first on the port given second, until it is ended. */
class Solr {
    public static void main(String[] arguments) throws Exception {
        var config = JettyConfig.builder().setPort(Integer.parseInt(arguments[1])).setContext("/solr").build();
        new JettySolrRunner(Path.of(arguments[0]).toString(), config).start();
    }
}
