"""The end of the demonstration: addresses of the simulator, and commands to try next."""

from tools.demo.simulator import Running
from tools.demo.stack import CONFIGURATION


def summary(simulator: Running, folder: str, env: str) -> str:
    """Return the text that ends the demonstration. `folder` and `env` are paths for a shell."""
    url = simulator.url
    edge = f"{CONFIGURATION['pixel']}/agencies"
    query = "fields=name,permitted_tasks&access_token=owner-token"
    pulumi = f"pulumi -C {folder}"
    return f"""
Addresses
  page for people  {simulator.page}
  Graph API        {url}/v26.0/{edge}?{query}
  control API      {url}/_control

Commands to try next
  # use the demonstration's pulumi in this shell
  . {env}
  # record that an agency accepted on the page, or restore a share that you removed there
  {pulumi} up --refresh
  # accept in code, as the agency, and permit the agency's ad account
  {pulumi} config set actAsAgency true && {pulumi} up --refresh
  # then run `up --refresh` again to record the accepted share as active
  {pulumi} up --refresh
  # end all access
  {pulumi} destroy

`make demo` continues the demonstration, and `make demo-down` removes it."""
